/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extraction into mounted file systems, by the C library's functions.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uk/cpio.h>

static int create_file(const char *path)
{
	return open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
}

static long write_file(int handle, const void *data, size_t len)
{
	long done;

	do {
		done = write(handle, data, len);
	} while (done < 0 && errno == EINTR);
	return done;
}

static int change_mode(const char *path, unsigned int mode)
{
	return chmod(path, (mode_t)mode);
}

static int make_directory(const char *path, unsigned int mode)
{
	struct stat st;

	if (!mkdir(path, (mode_t)mode))
		return 0;
	return errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode)
		? 0 : -1;
}

static const struct ukcpio_files mounted = {
	.create = create_file,
	.write = write_file,
	.close = close,
	.chmod = change_mode,
	.mkdir = make_directory,
	.symlink = symlink,
};

enum ukcpio_error ukcpio_extract(const char *dest, void *buf, size_t buflen)
{
	return ukcpio_extract_to(&mounted, dest, buf, buflen);
}
