// SPDX-License-Identifier: GPL-2.0-only
/* What is believed of a configuration, which features are of use, and checksums. */
#include <string.h>
#include "fake.h"
#include "tap.h"

static struct vnet_limits lim;
static const struct vnet_config good = { .mac.addr = { 2, 0, 0, 0, 0, 1 }, .max_pairs = 4,
					 .mtu = 1500, .vqs = 9 };

#define ALL	(VF_MAC | VF_MQ | VF_MTU | VF_MRG_RXBUF | VF_CTRL_VQ)

static const char *judge(const struct vnet_config *c, u64 features)
{
	memset(&lim, 0xa5, sizeof(lim));
	return vnet_limits_judge(c, features, &lim);
}

static void addresses(void)
{
	struct vnet_config c = good;

	CHECK(!judge(&c, ALL));
	CHECK(!memcmp(&lim.mac, &c.mac, 6));
	c.mac.addr[0] = 1;
	CHECK(judge(&c, ALL));
	memset(&c.mac, 0, sizeof(c.mac));
	CHECK(judge(&c, ALL));
	CHECK(!judge(&c, ALL & ~VF_MAC));	/* not negotiated: not looked at */
}

static void pairs(void)
{
	struct vnet_config c = good;

	CHECK(!judge(&c, ALL));
	CHECK_EQ(lim.pairs, 4);
	c.vqs = 8;		/* none for commands */
	CHECK(judge(&c, ALL));
	c.max_pairs = 0;
	CHECK(judge(&c, ALL));
	c.max_pairs = 0x8001;
	c.vqs = 65535;
	CHECK(judge(&c, ALL));
	CHECK(!judge(&c, ALL & ~VF_MQ));
	CHECK_EQ(lim.pairs, 1);
	c.vqs = 2;
	CHECK(judge(&c, ALL & ~VF_MQ));
	CHECK(!judge(&c, VF_MAC));
	c.vqs = 1;
	CHECK(judge(&c, VF_MAC));
}

static void mtus(void)
{
	struct vnet_config c = good;

	CHECK(!judge(&c, ALL));
	CHECK_EQ(lim.mtu, 1500);
	c.mtu = 67;
	CHECK(judge(&c, ALL));
	c.mtu = 65535;
	CHECK(!judge(&c, ALL));
	CHECK_EQ(lim.mtu, 65535);
	CHECK(judge(&c, ALL & ~VF_MRG_RXBUF));
	CHECK(!judge(&c, ALL & ~VF_MRG_RXBUF & ~VF_MTU));
	CHECK_EQ(lim.mtu, 3042);
	c.mtu = 3042;
	CHECK(!judge(&c, ALL & ~VF_MRG_RXBUF));
}

static void features(void)
{
	const u64 tso = VF_HOST_TSO4 | VF_HOST_TSO6;

	CHECK_EQ(vnet_device_features(VF_CSUM | tso), VF_CSUM | tso);
	CHECK_EQ(vnet_device_features(tso), 0);
	CHECK_EQ(vnet_device_features(VF_CTRL_RX | VF_MQ | VF_CTRL_VLAN | VF_NOTF_COAL |
				      VF_CTRL_MAC_ADDR | VF_CTRL_RX_EXTRA | VF_MAC), VF_MAC);
	CHECK_EQ(vnet_device_features(VF_CTRL_VQ | VF_MQ), VF_CTRL_VQ | VF_MQ);
	/* LRO, packed rings, event indices, what nobody knows */
	CHECK_EQ(vnet_device_features(BIT(7) | BIT(8) | BIT(29) | BIT(34) | BIT(62)), 0);
}

/* RFC 1071, as slowly as can be. */
static u32 plain_sum(const u8 *p, u32 len)
{
	u32 i, sum = 0;

	for (i = 0; i < len; i++)
		sum += i & 1 ? p[i] << 8 : p[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void checksums(void)
{
	u8 bytes[300];
	u32 i, cut, whole, more;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = 255 - i * i % 251;
	for (i = 0; i < sizeof(bytes) - 1; i++)
		CHECK_EQ(vnet_checksum_part(bytes + 1, i), plain_sum(bytes + 1, i));
	whole = plain_sum(bytes, sizeof(bytes));
	for (cut = 0; cut <= sizeof(bytes); cut++) {
		more = vnet_checksum_part(bytes + cut, sizeof(bytes) - cut);
		if (cut & 1)
			more = vnet_checksum_swap(more);
		CHECK_EQ(vnet_checksum_add(vnet_checksum_part(bytes, cut), more), whole);
	}
}

const struct tap_case pure_cases[] = {
	{ "config: addresses", addresses },
	{ "config: queue pairs", pairs },
	{ "config: MTU", mtus },
	{ "features", features },
	{ "checksums", checksums },
	{ NULL, NULL },
};
