/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers, memory, sorting, the end of the program */

#ifndef __NOLIBC_STDLIB_H__
#define __NOLIBC_STDLIB_H__

#include <alloca.h>
#include <nolibc-internal/shareddefs.h>

#ifdef __cplusplus
extern "C" {
#define restrict __restrict
#endif

#ifndef __cplusplus
#ifndef __DEFINED_wchar_t
#define __DEFINED_wchar_t
typedef __WCHAR_TYPE__ wchar_t;
#endif
#endif

#define EXIT_SUCCESS	0
#define EXIT_FAILURE	1
#define RAND_MAX	0x7fffffff
#define MB_CUR_MAX	1

typedef struct {
	int quot;
	int rem;
} div_t;

typedef struct {
	long quot;
	long rem;
} ldiv_t;

typedef struct {
	long long quot;
	long long rem;
} lldiv_t;

/* Out of range: the nearest value, with errno ERANGE; a bad base: EINVAL. */
long strtol(const char *restrict str, char **restrict end, int base);
long long strtoll(const char *restrict str, char **restrict end, int base);
unsigned long strtoul(const char *restrict str, char **restrict end, int base);
unsigned long long strtoull(const char *restrict str, char **restrict end,
			    int base);
double strtod(const char *restrict str, char **restrict end);
float strtof(const char *restrict str, char **restrict end);
int atoi(const char *str);
long atol(const char *str);
long long atoll(const char *str);
double atof(const char *str);

/* On the default allocator, see <uk/alloc.h> */
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *ptr, size_t size);
void *reallocarray(void *ptr, size_t count, size_t size);
void free(void *ptr);
int posix_memalign(void **ptr, size_t align, size_t size);
void *aligned_alloc(size_t align, size_t size);
void *memalign(size_t align, size_t size);

int abs(int n);
long labs(long n);
long long llabs(long long n);
div_t div(int num, int den);
ldiv_t ldiv(long num, long den);
lldiv_t lldiv(long long num, long long den);

/* Not for secrets. rand() has one state, rand_r() uses the caller's. */
int rand(void);
void srand(unsigned int seed);
int rand_r(unsigned int *state);

void *bsearch(const void *key, const void *base, size_t count, size_t size,
	      int (*compare)(const void *, const void *));
/* In place, without allocating, never worse than count * log(count). */
void qsort(void *base, size_t count, size_t size,
	   int (*compare)(const void *, const void *));

/* There is one process and no shell: the list begins empty. */
extern char **environ;
char *getenv(const char *name);
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);

/* Functions that exit() calls, the last registered first; at most 32 */
int atexit(void (*func)(void));
/* Ends the machine; the low 8 bits of `status` are its exit status. */
void exit(int status) __attribute__((noreturn));
void _Exit(int status) __attribute__((noreturn));
void abort(void) __attribute__((noreturn));

#ifdef __cplusplus
#undef restrict
}
#endif

#endif /* __NOLIBC_STDLIB_H__ */
