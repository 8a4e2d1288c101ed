/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BARRIER_VISITS_H
#define BARRIER_VISITS_H

void barrier_visit(void);

#endif /* BARRIER_VISITS_H */
