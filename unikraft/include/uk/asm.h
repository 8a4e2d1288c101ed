/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Symbols in assembly files, and constants that C and assembly share.
 */
#ifndef __UK_ASM_H__
#define __UK_ASM_H__

#ifdef __ASSEMBLY__

#define __ALIGN		.balign 16
#define __ALIGN_STR	".balign 16"

/* Opens a global function (or object) */
#define ENTRY(name)	\
	.globl name;	\
	__ALIGN;	\
	name:

/* A global label, without alignment */
#define GLOBAL(name)	\
	.globl name;	\
	name:

/* Closes what ENTRY opened; ENDPROC also says that it is a function */
#define END(name)	\
	.size name, . - name
#define ENDPROC(name)	\
	.type name, %function;	\
	END(name)

/* A constant with a suffix or a type, neither of which assembly has */
#define _AC(X, Y)	X
#define _AT(T, X)	X

#else /* !__ASSEMBLY__ */

#define __AC(X, Y)	(X##Y)
#define _AC(X, Y)	__AC(X, Y)
#define _AT(T, X)	((T)(X))

#endif /* !__ASSEMBLY__ */

#endif /* __UK_ASM_H__ */
