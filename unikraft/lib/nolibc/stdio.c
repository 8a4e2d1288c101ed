/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The standard streams and what prints to them or to strings.
 *
 * A stream is a descriptor number and the byte that ungetc() put back; the
 * bytes go through read() and write(). Output is gathered within one call
 * only, so that a printf() is few writes to the console.
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "format.h"

struct nolibc_file {
	int fd;
	int pushed;	/* byte from ungetc(), or EOF */
	int at_end;
	int failed;
};

static struct nolibc_file streams[] = {
	{ STDIN_FILENO, EOF, 0, 0 },
	{ STDOUT_FILENO, EOF, 0, 0 },
	{ STDERR_FILENO, EOF, 0, 0 },
};

FILE *stdin = &streams[STDIN_FILENO];
FILE *stdout = &streams[STDOUT_FILENO];
FILE *stderr = &streams[STDERR_FILENO];

/* Returns how many of the bytes were written: all, or an error came. */
static size_t write_all(int fd, const char *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(fd, buf + done, len - done);

		if (n <= 0)
			break;
		done += n;
	}
	return done;
}

/* A sink that gathers text and writes it to a descriptor */
struct fd_sink {
	struct fmt_sink sink;
	int fd;
	int failed;
	size_t used;
	char buf[128];
};

static void fd_flush(struct fd_sink *s)
{
	if (write_all(s->fd, s->buf, s->used) != s->used)
		s->failed = 1;
	s->used = 0;
}

static void fd_put(struct fmt_sink *sink, const char *text, size_t len)
{
	struct fd_sink *s = (struct fd_sink *)sink;

	while (len) {
		size_t n = sizeof(s->buf) - s->used;

		if (n > len)
			n = len;
		memcpy(s->buf + s->used, text, n);
		s->used += n;
		text += n;
		len -= n;
		if (s->used == sizeof(s->buf))
			fd_flush(s);
	}
}

int vdprintf(int fd, const char *restrict fmt, va_list ap)
{
	struct fd_sink s = { .sink = { .put = fd_put }, .fd = fd };
	int len = fmt_print(&s.sink, fmt, ap);

	fd_flush(&s);
	if (len < 0)
		errno = EOVERFLOW;
	return s.failed ? -1 : len;
}

int vfprintf(FILE *restrict fp, const char *restrict fmt, va_list ap)
{
	int len = vdprintf(fp->fd, fmt, ap);

	if (len < 0)
		fp->failed = 1;
	return len;
}

int vprintf(const char *restrict fmt, va_list ap)
{
	return vfprintf(stdout, fmt, ap);
}

int vsnprintf(char *restrict str, size_t size, const char *restrict fmt,
	      va_list ap)
{
	int len = fmt_vsnprintf(str, size, fmt, ap);

	if (len < 0)
		errno = EOVERFLOW;
	return len;
}

int vsprintf(char *restrict str, const char *restrict fmt, va_list ap)
{
	return vsnprintf(str, SIZE_MAX, fmt, ap);
}

int vasprintf(char **restrict str, const char *restrict fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	*str = len < 0 ? NULL : malloc((size_t)len + 1);
	if (!*str)
		return -1;
	return vsnprintf(*str, (size_t)len + 1, fmt, ap);
}

int printf(const char *restrict fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vprintf(fmt, ap);
	va_end(ap);
	return len;
}

int fprintf(FILE *restrict fp, const char *restrict fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vfprintf(fp, fmt, ap);
	va_end(ap);
	return len;
}

int dprintf(int fd, const char *restrict fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vdprintf(fd, fmt, ap);
	va_end(ap);
	return len;
}

int sprintf(char *restrict str, const char *restrict fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsprintf(str, fmt, ap);
	va_end(ap);
	return len;
}

int snprintf(char *restrict str, size_t size, const char *restrict fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(str, size, fmt, ap);
	va_end(ap);
	return len;
}

int asprintf(char **restrict str, const char *restrict fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(str, fmt, ap);
	va_end(ap);
	return len;
}

size_t fwrite(const void *restrict mem, size_t size, size_t count,
	      FILE *restrict fp)
{
	size_t len = size * count;
	size_t done = write_all(fp->fd, mem, len);

	if (done < len)
		fp->failed = 1;
	return size ? done / size : 0;
}

int fputs(const char *restrict str, FILE *restrict fp)
{
	size_t len = strlen(str);

	return fwrite(str, 1, len, fp) == len ? 0 : EOF;
}

int puts(const char *str)
{
	return printf("%s\n", str) < 0 ? EOF : 0;
}

int fputc(int c, FILE *fp)
{
	unsigned char byte = c;

	return fwrite(&byte, 1, 1, fp) == 1 ? byte : EOF;
}

int putc(int c, FILE *fp)
{
	return fputc(c, fp);
}

int putchar(int c)
{
	return fputc(c, stdout);
}

int fgetc(FILE *fp)
{
	unsigned char byte;
	ssize_t n;

	if (fp->pushed != EOF) {
		byte = fp->pushed;
		fp->pushed = EOF;
		return byte;
	}
	n = read(fp->fd, &byte, 1);
	if (n == 1)
		return byte;
	if (n == 0)
		fp->at_end = 1;
	else
		fp->failed = 1;
	return EOF;
}

int getc(FILE *fp)
{
	return fgetc(fp);
}

int getchar(void)
{
	return fgetc(stdin);
}

int ungetc(int c, FILE *fp)
{
	if (c == EOF || fp->pushed != EOF)
		return EOF;
	fp->pushed = (unsigned char)c;
	fp->at_end = 0;
	return fp->pushed;
}

char *fgets(char *restrict str, int size, FILE *restrict fp)
{
	int len = 0;

	while (len < size - 1) {
		int c = fgetc(fp);

		if (c == EOF)
			break;
		str[len++] = c;
		if (c == '\n')
			break;
	}
	if (size < 1 || (!len && size > 1))
		return NULL;
	str[len] = '\0';
	return str;
}

size_t fread(void *restrict mem, size_t size, size_t count, FILE *restrict fp)
{
	unsigned char *bytes = mem;
	size_t len = size * count;
	size_t done = 0;

	while (done < len) {
		int c = fgetc(fp);

		if (c == EOF)
			break;
		bytes[done++] = c;
	}
	return size ? done / size : 0;
}

/* Nothing is kept back, so there is nothing to flush. */
int fflush(FILE *fp __attribute__((unused)))
{
	return 0;
}

int fclose(FILE *fp)
{
	return fflush(fp);
}

int feof(FILE *fp)
{
	return fp->at_end;
}

int ferror(FILE *fp)
{
	return fp->failed;
}

void clearerr(FILE *fp)
{
	fp->at_end = 0;
	fp->failed = 0;
}

int fileno(FILE *fp)
{
	return fp->fd;
}

void perror(const char *str)
{
	int err = errno;

	if (str && *str)
		fprintf(stderr, "%s: ", str);
	fprintf(stderr, "%s\n", strerror(err));
}

void psignal(int sig, const char *str)
{
	if (str && *str)
		fprintf(stderr, "%s: ", str);
	fprintf(stderr, "%s\n", strsignal(sig));
}
