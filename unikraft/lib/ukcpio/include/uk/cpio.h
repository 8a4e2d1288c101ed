/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Archives in cpio's formats newc and crc, whole in memory.
 *
 * Nothing is believed: an archive may be truncated or lie about sizes, and is
 * then refused at that place. Functions return UKCPIO_SUCCESS or one of the
 * others, negated.
 */

#ifndef __UK_CPIO_H__
#define __UK_CPIO_H__

#include <stddef.h>
#include <uk/arch/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ukcpio_error {
	UKCPIO_SUCCESS = 0,
	UKCPIO_INVALID_HEADER,		/* no header, or not of these formats */
	UKCPIO_FILE_CREATE_FAILED,
	UKCPIO_FILE_WRITE_FAILED,
	UKCPIO_FILE_CHMOD_FAILED,
	UKCPIO_FILE_CLOSE_FAILED,
	UKCPIO_MKDIR_FAILED,
	UKCPIO_MALFORMED_INPUT,		/* ends too early, wrong checksum */
	UKCPIO_NOMEM,
	UKCPIO_NODEST			/* there is no destination */
};

/* What UKCPIO_TYPE() of a mode may be */
#define UKCPIO_TYPE(mode)	((mode) & 0170000)
#define UKCPIO_DIRECTORY	0040000
#define UKCPIO_FILE		0100000
#define UKCPIO_SYMLINK		0120000

/* A member of an archive; pointers are into it */
struct ukcpio_entry {
	const char *name;
	__u32 mode;		/* as in stat() */
	__u32 uid;
	__u32 gid;
	__u32 mtime;		/* seconds since 1970 */
	const void *data;	/* of a symbolic link: where to, no zero byte */
	size_t len;		/* bytes of data */
};

/* Other than 0 ends the walk, and is what it returns */
typedef int (*ukcpio_entry_func_t)(const struct ukcpio_entry *entry,
				   void *arg);

/* Calls `func` for each member, in order, until the archive's end */
int ukcpio_foreach(const void *buf, size_t buflen, ukcpio_entry_func_t func,
		   void *arg);

/* Where members go. Functions return a negative number when they fail */
struct ukcpio_files {
	/* Makes an empty file, or empties one; returns a handle */
	int (*create)(const char *path);
	/* Returns how many bytes it took: 1 to `len` */
	long (*write)(int handle, const void *data, size_t len);
	int (*close)(int handle);
	int (*chmod)(const char *path, unsigned int mode);
	/* 0 also when there is such a directory */
	int (*mkdir)(const char *path, unsigned int mode);
	int (*symlink)(const char *target, const char *path);
};

/*
 * Puts files and directories below the folder `dest`, in order, and then
 * symbolic links: no member is written to where another one leads. What else
 * there is is left out with a message. Stops at the first failure
 * with what is there by then. A file that chmod fails for stays, with a
 * message.
 */
enum ukcpio_error ukcpio_extract_to(const struct ukcpio_files *files,
				    const char *dest, const void *buf,
				    size_t buflen);

/* The same into the file systems that are mounted; needs LIBVFSCORE */
enum ukcpio_error ukcpio_extract(const char *dest, void *buf, size_t buflen);

#ifdef __cplusplus
}
#endif

#endif /* __UK_CPIO_H__ */
