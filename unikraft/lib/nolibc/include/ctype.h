/* SPDX-License-Identifier: BSD-3-Clause */
/* Classes of characters, in the C locale */

#ifndef __NOLIBC_CTYPE_H__
#define __NOLIBC_CTYPE_H__

#ifdef __cplusplus
extern "C" {
#endif

/* `c` is the value of an unsigned char, or EOF, which belongs to no class. */
int isalnum(int c);
int isalpha(int c);
int isascii(int c);
int isblank(int c);
int iscntrl(int c);
int isdigit(int c);
int isgraph(int c);
int islower(int c);
int isprint(int c);
int ispunct(int c);
int isspace(int c);
int isupper(int c);
int isxdigit(int c);
int toascii(int c);
int tolower(int c);
int toupper(int c);

#ifdef __cplusplus
}
#endif

#endif /* __NOLIBC_CTYPE_H__ */
