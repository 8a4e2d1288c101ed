/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console of the platform, byte by byte as given, and the escape
 * sequences that terminals agree on.
 *
 * May be called from any context. What is written is with the device when the
 * call returns, and out when the run ends.
 */
#ifndef __UKPLAT_CONSOLE_H__
#define __UKPLAT_CONSOLE_H__

#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Writes `len` bytes for the user (coutk), or for debugging (coutd). With a
 * length of 0, the zero-terminated string `buf`. Returns the number of bytes
 * written, or a negative error code.
 */
int ukplat_coutk(const char *buf, unsigned int len);
int ukplat_coutd(const char *buf, unsigned int len);

/*
 * Reads what is waiting, at most `maxlen` bytes, without blocking. Returns
 * the number of bytes, 0 when there are none, -EPIPE when the input has ended
 * for good, or another negative error code.
 */
int ukplat_cink(char *buf, unsigned int maxlen);

#define __UK_ANSI_INTRO			"\033["
#define __UK_ANSI_CMD0(cmd)		__UK_ANSI_INTRO cmd
#define __UK_ANSI_CMD1(cmd, arg)	__UK_ANSI_INTRO arg cmd
#define __UK_ANSI_CMD2(cmd, a0, a1)	__UK_ANSI_INTRO a0 ";" a1 cmd

#define UK_ANSI_CLEARLINE		__UK_ANSI_CMD0("K")
#define UK_ANSI_CLEARSCREEN		__UK_ANSI_CMD1("J", "2")
#define UK_ANSI_HOME			__UK_ANSI_CMD0("H")
#define UK_ANSI_UP(n)			__UK_ANSI_CMD1("A", STRINGIFY(n))
#define UK_ANSI_DOWN(n)			__UK_ANSI_CMD1("B", STRINGIFY(n))
#define UK_ANSI_RIGHT(n)		__UK_ANSI_CMD1("C", STRINGIFY(n))
#define UK_ANSI_LEFT(n)			__UK_ANSI_CMD1("D", STRINGIFY(n))
#define UK_ANSI_POS(l, c)						\
	__UK_ANSI_CMD2("H", STRINGIFY(l), STRINGIFY(c))

#define __UK_ANSI_MOD1(m)		__UK_ANSI_CMD1("m", m)
#define __UK_ANSI_MOD2(m0, m1)		__UK_ANSI_CMD2("m", m0, m1)
#define UK_ANSI_MOD_RESET		__UK_ANSI_MOD1("0")
#define UK_ANSI_MOD_BOLD		__UK_ANSI_MOD1("1")
#define UK_ANSI_MOD_UNDERSCORE		__UK_ANSI_MOD1("4")
#define UK_ANSI_MOD_BLINK		__UK_ANSI_MOD1("5")
#define UK_ANSI_MOD_INVERT		__UK_ANSI_MOD1("7")
#define UK_ANSI_MOD_HIDE		__UK_ANSI_MOD1("8")

/* Colours: one of UK_ANSI_COLOR_* for the text, one for the background */
#define UK_ANSI_MOD_COLOR(fg, bg)					\
	__UK_ANSI_MOD2("3" STRINGIFY(fg), "4" STRINGIFY(bg))
#define UK_ANSI_MOD_COLORFG(fg)		__UK_ANSI_MOD1("3" STRINGIFY(fg))
#define UK_ANSI_MOD_COLORBG(bg)		__UK_ANSI_MOD1("4" STRINGIFY(bg))
#define UK_ANSI_COLOR_BLACK		0
#define UK_ANSI_COLOR_RED		1
#define UK_ANSI_COLOR_GREEN		2
#define UK_ANSI_COLOR_YELLOW		3
#define UK_ANSI_COLOR_BLUE		4
#define UK_ANSI_COLOR_MAGENTA		5
#define UK_ANSI_COLOR_CYAN		6
#define UK_ANSI_COLOR_WHITE		7

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_CONSOLE_H__ */
