// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bus addresses of exchange objects under test
 *
 * The device is a bare one: its addresses are those of the DMA API for any device
 * without an IOMMU, so the test can say where an object must be found. What a case
 * leaves behind is swept after it.
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/vmalloc.h>
#include <redleaf/pci.h>
#include "../selftests/kunit/rl_kunit.h"
#include "heap_internal.h"
#include "proxy.h"
#include "xdma.h"

#define A	250u		/* owners */
#define B	251u
#define FILL	64		/* pages */

static const struct rl_type_desc frame_type = {
	.id = 0x7e57000000000201, .name = "test.frame", .size = 1536, .align = 2048, .dma = true,
};

static const struct rl_type_desc plain_type = {
	.id = 0x7e57000000000202, .name = "test.plain", .size = 1536,
};

static struct platform_device *device;
static struct rl_xdma xdma;

static int xdma_init(struct kunit *test)
{
	int err;

	device = platform_device_register_simple("rl_xdma_test", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	err = dma_coerce_mask_and_coherent(&device->dev, DMA_BIT_MASK(64));
	err = err ?: rl_xheap_add_type(&frame_type);
	err = err ?: rl_xheap_add_type(&plain_type);
	return err ?: rl_xdma_init(&xdma, &device->dev);
}

static void xdma_exit(struct kunit *test)
{
	rl_xdma_unmap(&xdma);
	rl_xdma_exit(&xdma);
	rl_xheap_drop_owner(A);
	rl_xheap_drop_owner(B);
	rl_xheap_del_type(&plain_type);
	rl_xheap_del_type(&frame_type);
	platform_device_unregister(device);
}

static void __rref *get(struct kunit *test, const struct rl_type_desc *t, u32 owner)
{
	void __rref *obj = rl_xheap_alloc(t->id, owner);

	KUNIT_ASSERT_TRUE(test, !!obj);
	return obj;
}

/* Where a device without an IOMMU finds it. */
static u64 place(const void __rref *obj)
{
	const void *p = (const void __force *)obj;

	return page_to_phys(vmalloc_to_page(p)) + offset_in_page(p);
}

static void address_is_the_objects(struct kunit *test)
{
	void __rref *obj[8];
	int i;

	for (i = 0; i < ARRAY_SIZE(obj); i++) {
		obj[i] = get(test, &frame_type, A);
		KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, obj[i], A), place(obj[i]));
	}
	for (i = 0; i < ARRAY_SIZE(obj); i++)
		KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, obj[i], A), place(obj[i]));
}

/* A page is mapped once, whatever lies in it and however often it is asked for. */
static void page_is_mapped_once(struct kunit *test)
{
	void __rref *obj = get(test, &frame_type, A);
	u64 addr = rl_xdma_map(&xdma, obj, A);
	void __rref *again;

	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, A), 0);
	again = get(test, &frame_type, B);
	KUNIT_EXPECT_TRUE(test, again == obj);
	KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, again, B), addr);
	KUNIT_EXPECT_EQ(test, rl_xdma_unmap(&xdma), 1);
	KUNIT_EXPECT_EQ(test, rl_xdma_unmap(&xdma), 0);
	KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, again, B), addr);
	KUNIT_EXPECT_EQ(test, rl_xdma_unmap(&xdma), 1);
}

static void many_pages(struct kunit *test)
{
	void __rref *obj;
	int i;

	for (i = 0; i < FILL * 2; i++) {
		obj = get(test, &frame_type, A);
		KUNIT_ASSERT_EQ(test, rl_xdma_map(&xdma, obj, A), place(obj));
	}
	KUNIT_EXPECT_GE(test, rl_xdma_unmap(&xdma), FILL);
}

static void refuses_others(struct kunit *test)
{
	void __rref *obj = get(test, &frame_type, A);
	void __rref *plain = get(test, &plain_type, A);

	KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, obj, B), RL_DMA_NONE);
	KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, plain, A), RL_DMA_NONE);
	KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, obj + RL_XUNIT, A), RL_DMA_NONE);
	KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, obj + 1, A), RL_DMA_NONE);
	KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, NULL, A), RL_DMA_NONE);
	KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, (void __force __rref *)&xdma, A), RL_DMA_NONE);
	KUNIT_EXPECT_EQ(test, rl_xheap_borrow(obj, frame_type.id, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, obj, A), RL_DMA_NONE);
	KUNIT_EXPECT_EQ(test, rl_xheap_unborrow(obj), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xdma_map(&xdma, obj, A), RL_DMA_NONE);
	KUNIT_EXPECT_EQ(test, rl_xdma_unmap(&xdma), 0);
}

static struct kunit_case xdma_cases[] = {
	KUNIT_CASE(address_is_the_objects),
	KUNIT_CASE(page_is_mapped_once),
	KUNIT_CASE(many_pages),
	KUNIT_CASE(refuses_others),
	{}
};

static struct kunit_suite xdma_suite = {
	.name = "rl_xdma",
	.init = xdma_init,
	.exit = xdma_exit,
	.test_cases = xdma_cases,
};

rl_kunit_test_suite(xdma_suite);

MODULE_DESCRIPTION("RedLeaf: KUnit suite for bus addresses of exchange objects");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
