/* SPDX-License-Identifier: BSD-3-Clause */
/* Formatted text, and the console as standard streams */

#ifndef __NOLIBC_STDIO_H__
#define __NOLIBC_STDIO_H__

#include <stdarg.h>
#include <nolibc-internal/shareddefs.h>

#ifdef __cplusplus
extern "C" {
#define restrict __restrict
#endif

#define EOF	(-1)
#define BUFSIZ	1024
#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2

#define __printf_format(fmt, args) __attribute__((format(printf, fmt, args)))
#define __scanf_format(fmt, args)  __attribute__((format(scanf, fmt, args)))

/*
 * There are the three standard streams only. Output is not buffered: what a
 * call writes is on the console when the call returns.
 */
typedef struct nolibc_file FILE;

extern FILE *stdin;
extern FILE *stdout;
extern FILE *stderr;
#define stdin	stdin
#define stdout	stdout
#define stderr	stderr

int printf(const char *restrict fmt, ...) __printf_format(1, 2);
int fprintf(FILE *restrict fp, const char *restrict fmt, ...)
	__printf_format(2, 3);
int dprintf(int fd, const char *restrict fmt, ...) __printf_format(2, 3);
int sprintf(char *restrict str, const char *restrict fmt, ...)
	__printf_format(2, 3);
int snprintf(char *restrict str, size_t size, const char *restrict fmt, ...)
	__printf_format(3, 4);
int asprintf(char **restrict str, const char *restrict fmt, ...)
	__printf_format(2, 3);
int vprintf(const char *restrict fmt, va_list ap) __printf_format(1, 0);
int vfprintf(FILE *restrict fp, const char *restrict fmt, va_list ap)
	__printf_format(2, 0);
int vdprintf(int fd, const char *restrict fmt, va_list ap)
	__printf_format(2, 0);
int vsprintf(char *restrict str, const char *restrict fmt, va_list ap)
	__printf_format(2, 0);
int vsnprintf(char *restrict str, size_t size, const char *restrict fmt,
	      va_list ap) __printf_format(3, 0);
int vasprintf(char **restrict str, const char *restrict fmt, va_list ap)
	__printf_format(2, 0);

int sscanf(const char *restrict str, const char *restrict fmt, ...)
	__scanf_format(2, 3);
int vsscanf(const char *restrict str, const char *restrict fmt, va_list ap)
	__scanf_format(2, 0);

int fputc(int c, FILE *fp);
int putc(int c, FILE *fp);
int putchar(int c);
int fputs(const char *restrict str, FILE *restrict fp);
int puts(const char *str);
size_t fwrite(const void *restrict mem, size_t size, size_t count,
	      FILE *restrict fp);

int fgetc(FILE *fp);
int getc(FILE *fp);
int getchar(void);
int ungetc(int c, FILE *fp);
char *fgets(char *restrict str, int size, FILE *restrict fp);
size_t fread(void *restrict mem, size_t size, size_t count,
	     FILE *restrict fp);

int fflush(FILE *fp);
int fclose(FILE *fp);
int feof(FILE *fp);
int ferror(FILE *fp);
void clearerr(FILE *fp);
int fileno(FILE *fp);
void perror(const char *str);
void psignal(int sig, const char *str);

#ifdef __cplusplus
#undef restrict
}
#endif

#endif /* __NOLIBC_STDIO_H__ */
