/* SPDX-License-Identifier: BSD-3-Clause */
/* The place that 0.11 has them at */
#include <uk/ticketlock.h>
