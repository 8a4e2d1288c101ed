/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values of libraries by name, to watch and to configure them while they run.
 *
 * A library declares entries, with functions that read or set a value:
 *
 *	static int get_count(void *cookie, __u32 *out)
 *	{
 *		*out = count;
 *		return 0;
 *	}
 *	UK_STORE_STATIC_ENTRY(count, u32, get_count, NULL, NULL);
 *
 * and anybody reads them, in whatever type he likes:
 *
 *	e = uk_store_get_entry(libmylib, NULL, "count");
 *	if (e)
 *		rc = uk_store_get_value(e, u64, &number);
 *
 * Types are s8, u8, s16, u16, s32, u32, s64, u64, uptr and charp. Without
 * LIBUKSTORE, entries are declared but not in the image.
 *
 * Getters and setters return 0 or a negative error number. They run in the
 * caller's context; what they lock is theirs.
 */

#ifndef __UK_STORE_H__
#define __UK_STORE_H__

#include <uk/arch/types.h>
#include <uk/config.h>
#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

enum uk_store_entry_type {
	_LIB_UK_STORE_ENTRY_TYPE___undef = 0,
	_LIB_UK_STORE_ENTRY_TYPE___s8,
	_LIB_UK_STORE_ENTRY_TYPE___u8,
	_LIB_UK_STORE_ENTRY_TYPE___s16,
	_LIB_UK_STORE_ENTRY_TYPE___u16,
	_LIB_UK_STORE_ENTRY_TYPE___s32,
	_LIB_UK_STORE_ENTRY_TYPE___u32,
	_LIB_UK_STORE_ENTRY_TYPE___s64,
	_LIB_UK_STORE_ENTRY_TYPE___u64,
	_LIB_UK_STORE_ENTRY_TYPE___uptr,
	_LIB_UK_STORE_ENTRY_TYPE___charp
};

/* The enumerator of a type by its name */
#define UK_STORE_ENTRY_TYPE(simple_type)				\
	(_LIB_UK_STORE_ENTRY_TYPE___ ## simple_type)

/*
 * The first argument is the entry's cookie. A string that a getter returns is
 * from malloc() and becomes the caller's; a setter copies what it keeps.
 */
typedef int (*uk_store_get_s8_func_t)(void *, __s8 *);
typedef int (*uk_store_get_u8_func_t)(void *, __u8 *);
typedef int (*uk_store_get_s16_func_t)(void *, __s16 *);
typedef int (*uk_store_get_u16_func_t)(void *, __u16 *);
typedef int (*uk_store_get_s32_func_t)(void *, __s32 *);
typedef int (*uk_store_get_u32_func_t)(void *, __u32 *);
typedef int (*uk_store_get_s64_func_t)(void *, __s64 *);
typedef int (*uk_store_get_u64_func_t)(void *, __u64 *);
typedef int (*uk_store_get_uptr_func_t)(void *, __uptr *);
typedef int (*uk_store_get_charp_func_t)(void *, char **);

typedef int (*uk_store_set_s8_func_t)(void *, __s8);
typedef int (*uk_store_set_u8_func_t)(void *, __u8);
typedef int (*uk_store_set_s16_func_t)(void *, __s16);
typedef int (*uk_store_set_u16_func_t)(void *, __u16);
typedef int (*uk_store_set_s32_func_t)(void *, __s32);
typedef int (*uk_store_set_u32_func_t)(void *, __u32);
typedef int (*uk_store_set_s64_func_t)(void *, __s64);
typedef int (*uk_store_set_u64_func_t)(void *, __u64);
typedef int (*uk_store_set_uptr_func_t)(void *, __uptr);
typedef int (*uk_store_set_charp_func_t)(void *, const char *);

struct uk_store_entry {
	/* Both by `type`; null when the value cannot be read, or set */
	union {
		uk_store_get_s8_func_t s8;
		uk_store_get_u8_func_t u8;
		uk_store_get_s16_func_t s16;
		uk_store_get_u16_func_t u16;
		uk_store_get_s32_func_t s32;
		uk_store_get_u32_func_t u32;
		uk_store_get_s64_func_t s64;
		uk_store_get_u64_func_t u64;
		uk_store_get_uptr_func_t uptr;
		uk_store_get_charp_func_t charp;
	} get;
	union {
		uk_store_set_s8_func_t s8;
		uk_store_set_u8_func_t u8;
		uk_store_set_s16_func_t s16;
		uk_store_set_u16_func_t u16;
		uk_store_set_s32_func_t s32;
		uk_store_set_u32_func_t u32;
		uk_store_set_s64_func_t s64;
		uk_store_set_u64_func_t u64;
		uk_store_set_uptr_func_t uptr;
		uk_store_set_charp_func_t charp;
	} set;
	char *name;
	int flags;		/* UK_STORE_ENTRY_FLAG_* */
	enum uk_store_entry_type type;
	void *cookie;		/* handed to `get` and `set` */
} __align8;

#define UK_STORE_ENTRY_FLAG_STATIC	(1 << 0)	/* part of the image */

#define UK_STORE_ENTRY_ISSTATIC(entry)					\
	((entry)->flags & UK_STORE_ENTRY_FLAG_STATIC)

/* An entry and whose it is; as the linker gathers them */
struct _uk_store_static {
	const char *lib;
	struct uk_store_entry entry;
};

#if CONFIG_LIBUKSTORE
#define _UK_STORE_PLACE	__used __section(".uk_storetab")
#else
#define _UK_STORE_PLACE	__unused
#endif

/*
 * An entry of the library that is compiled. `e_get` and `e_set` have the type
 * for `e_type` and may be NULL.
 */
#define UK_STORE_STATIC_ENTRY(name_, e_type, e_get, e_set, e_cookie)	\
	static const struct _uk_store_static _UK_STORE_PLACE __align8	\
	__uk_store_entries_list_ ## name_ = {				\
		.lib = STRINGIFY(__LIBNAME__),				\
		.entry = {						\
			.get = { .e_type = (e_get) },			\
			.set = { .e_type = (e_set) },			\
			.name = (char *)STRINGIFY(name_),		\
			.flags = UK_STORE_ENTRY_FLAG_STATIC,		\
			.type = UK_STORE_ENTRY_TYPE(e_type),		\
			.cookie = (e_cookie),				\
		},							\
	}

#if !CONFIG_LIBUKSTORE

#define uk_store_libid(libname)	(-1)
#define uk_store_libid_self()	(-1)

#else /* CONFIG_LIBUKSTORE */

/*
 * The number of a library, by its name (no string): libukalloc. -1 for one
 * without entries.
 */
#define uk_store_libid(libname)	_uk_store_libid(libname)
#define _uk_store_libid(libname) _uk_store_libid_of(#libname)
#define uk_store_libid_self()	uk_store_libid(__LIBNAME__)

int _uk_store_libid_of(const char *libname);

const struct uk_store_entry *
_uk_store_get_static_entry(unsigned int libid, const char *e_name);

static inline const struct uk_store_entry *
_uk_store_get_entry(unsigned int libid, const char *f_name __unused,
		    const char *e_name)
{
	return _uk_store_get_static_entry(libid, e_name);
}

/*
 * The entry of that name, or NULL. Give it back with uk_store_release_entry().
 * There are no folders yet: `foldername` is NULL.
 */
#define uk_store_get_entry(libname, foldername, entryname)		\
	_uk_store_get_entry(uk_store_libid(libname), foldername, entryname)

#define uk_store_release_entry(entry)	_uk_store_release_entry((entry))

void _uk_store_release_entry(const struct uk_store_entry *entry);

/*
 * Reads the value in another type or the entry's own. Numbers become decimal
 * text, and text that is a number (as in C) becomes one. A string is from
 * malloc() and the caller's.
 *
 * Returns 0; -EIO when the value cannot be read, -ERANGE when it does not fit,
 * -EINVAL for text that is no number, -ENOMEM, or what the getter returned.
 */
#define uk_store_get_value(entry, outtype, out)				\
	_uk_store_get_ ## outtype((entry), (out))

int _uk_store_get_s8(const struct uk_store_entry *e, __s8 *out);
int _uk_store_get_u8(const struct uk_store_entry *e, __u8 *out);
int _uk_store_get_s16(const struct uk_store_entry *e, __s16 *out);
int _uk_store_get_u16(const struct uk_store_entry *e, __u16 *out);
int _uk_store_get_s32(const struct uk_store_entry *e, __s32 *out);
int _uk_store_get_u32(const struct uk_store_entry *e, __u32 *out);
int _uk_store_get_s64(const struct uk_store_entry *e, __s64 *out);
int _uk_store_get_u64(const struct uk_store_entry *e, __u64 *out);
int _uk_store_get_uptr(const struct uk_store_entry *e, __uptr *out);
int _uk_store_get_charp(const struct uk_store_entry *e, char **out);

/* As text, cut where `maxlen` bytes, the final zero included, are full */
int uk_store_get_ncharp(const struct uk_store_entry *e, char *out,
			__sz maxlen);

/* The other way round, with the same errors; text is copied by who needs it */
#define uk_store_set_value(entry, intype, in)				\
	_uk_store_set_ ## intype((entry), (in))

int _uk_store_set_s8(const struct uk_store_entry *e, __s8 val);
int _uk_store_set_u8(const struct uk_store_entry *e, __u8 val);
int _uk_store_set_s16(const struct uk_store_entry *e, __s16 val);
int _uk_store_set_u16(const struct uk_store_entry *e, __u16 val);
int _uk_store_set_s32(const struct uk_store_entry *e, __s32 val);
int _uk_store_set_u32(const struct uk_store_entry *e, __u32 val);
int _uk_store_set_s64(const struct uk_store_entry *e, __s64 val);
int _uk_store_set_u64(const struct uk_store_entry *e, __u64 val);
int _uk_store_set_uptr(const struct uk_store_entry *e, __uptr val);
int _uk_store_set_charp(const struct uk_store_entry *e, const char *val);

#endif /* CONFIG_LIBUKSTORE */

#ifdef __cplusplus
}
#endif

#endif /* __UK_STORE_H__ */
