// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As much of QEMU as the model's registers need, for the host tests: a clock that
 * stands still until a test moves it, timers that run when it does, and a function
 * without MSI. What is not here must not be called: it is not linked (see run).
 */
#include "../model.h"
#include "qemu/log.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "device.h"

int qemu_loglevel;
static s64 clock_ns = 1000000000;
static QEMUTimer *timers[4096];
static unsigned int timer_count;

char last_complaint[256];

int64_t qemu_clock_get_ns(QEMUClockType type)
{
	return clock_ns;
}

void timer_init_full(QEMUTimer *timer, QEMUTimerListGroup *group, QEMUClockType type, int scale,
		     int attributes, QEMUTimerCB *cb, void *opaque)
{
	g_assert(timer_count < ARRAY_SIZE(timers));
	timer->cb = cb;
	timer->opaque = opaque;
	timer->expire_time = -1;
	timers[timer_count++] = timer;
}

void timer_mod_ns(QEMUTimer *timer, int64_t when)
{
	timer->expire_time = when;
}

void timer_del(QEMUTimer *timer)
{
	timer->expire_time = -1;
}

bool timer_pending(QEMUTimer *timer)
{
	return timer->expire_time >= 0;
}

void pass_time(s64 ns)
{
	unsigned int i;

	clock_ns += ns;
	for (i = 0; i < timer_count; i++) {
		if (timers[i]->expire_time < 0 || timers[i]->expire_time > clock_ns)
			continue;
		timers[i]->expire_time = -1;
		timers[i]->cb(timers[i]->opaque);
	}
}

/* The log is always on: tests ask what the last guest error was. */
void qemu_log(const char *format, ...)
{
	char line[sizeof(last_complaint)];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	if (strstr(line, "guest error: "))
		strcpy(last_complaint, line);
}

void qemu_bh_schedule(QEMUBH *bh)
{
}

bool msi_enabled(const PCIDevice *device)
{
	return false;
}

int msix_enabled(PCIDevice *device)
{
	return messages_on;
}

bool messages_on;
unsigned int messages[VECTORS];

void msix_notify(PCIDevice *device, unsigned int vector)
{
	messages[vector]++;
}

bool wire;

void pci_set_irq(PCIDevice *device, int level)
{
	wire = level;
}

/* There is but one kind of object here. */
Object *object_dynamic_cast_assert(Object *object, const char *name, const char *file, int line,
				   const char *function)
{
	return object;
}
