/* SPDX-License-Identifier: BSD-3-Clause */
/* What a single process has of POSIX */

#ifndef __NOLIBC_UNISTD_H__
#define __NOLIBC_UNISTD_H__

#include <uk/config.h>
#include <nolibc-internal/shareddefs.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STDIN_FILENO	0
#define STDOUT_FILENO	1
#define STDERR_FILENO	2

#define _SC_OPEN_MAX		4
#define _SC_PAGE_SIZE		30
#define _SC_PAGESIZE		_SC_PAGE_SIZE
#define _SC_NPROCESSORS_CONF	83
#define _SC_NPROCESSORS_ONLN	84
#define _SC_PHYS_PAGES		85
#define _SC_AVPHYS_PAGES	86

extern char **environ;

/* See getopt.h for these. */
extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int argc, char *const argv[], const char *opts);

/* The console as descriptors 0 to 2; any other is EBADF. */
ssize_t write(int fd, const void *buf, size_t len);
ssize_t read(int fd, void *buf, size_t len);
void _exit(int status) __attribute__((noreturn));
pid_t getpid(void);
int getpagesize(void);
int isatty(int fd);
/* uksignal's, where threads may send signals. -1, EINTR */
int pause(void);

#ifdef __cplusplus
}
#endif

#endif /* __NOLIBC_UNISTD_H__ */
