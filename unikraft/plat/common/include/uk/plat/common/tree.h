/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine's device tree, where it has one.
 */
#ifndef __PLAT_CMN_TREE_H__
#define __PLAT_CMN_TREE_H__

#include <uk/fdt.h>

/* From the platform: the tree; stays as it is. From any context */
const struct uk_fdt *plat_tree(void);

/*
 * From the platform: the number by which ukplat_irq_register() knows an
 * interrupt, which gets the trigger that the tree says; or -EINVAL. Not from
 * interrupt handlers.
 */
int plat_tree_irq(const struct uk_fdt_irq *irq);

#endif /* __PLAT_CMN_TREE_H__ */
