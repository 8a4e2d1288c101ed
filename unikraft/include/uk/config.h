/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options of this build, as macros CONFIG_*.
 *
 * A boolean that is off is not defined. uk/_config.h is generated per build.
 */
#ifndef __UK_CONFIG_H__
#define __UK_CONFIG_H__

#include <uk/_config.h>

#endif /* __UK_CONFIG_H__ */
