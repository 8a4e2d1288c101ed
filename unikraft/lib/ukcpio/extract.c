/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Members of an archive become files; where, is in struct ukcpio_files.
 */

#include <stdlib.h>
#include <string.h>
#include <uk/assert.h>
#include <uk/cpio.h>
#include <uk/print.h>

struct target {
	const struct ukcpio_files *files;
	const char *dest;
	/*
	 * Whether it is the links' turn: they come last, so that no member is
	 * written to where one leads
	 */
	int links;
};

/* `dest`/`name`, from malloc(), or NULL */
static char *path_below(const char *dest, const char *name)
{
	size_t len = strlen(dest);
	char *path;

	while (len && dest[len - 1] == '/')
		len--;
	path = malloc(len + strlen(name) + 2);
	if (path) {
		memcpy(path, dest, len);
		path[len] = '/';
		strcpy(path + len + 1, name);
	}
	return path;
}

/* The name without what would lead out of the destination's root */
static const char *relative(const char *name)
{
	while (*name == '/' || (*name == '.' && name[1] == '/'))
		name++;
	return name;
}

static int leads_out(const char *name)
{
	while (*name) {
		size_t len = strcspn(name, "/");

		if (len == 2 && !memcmp(name, "..", 2))
			return 1;
		name += len + (name[len] == '/');
	}
	return 0;
}

static int write_all(const struct ukcpio_files *files, int handle,
		     const struct ukcpio_entry *entry)
{
	const char *data = entry->data;
	size_t left = entry->len;

	while (left) {
		long done = files->write(handle, data, left);

		if (done <= 0 || (size_t)done > left)
			return -UKCPIO_FILE_WRITE_FAILED;
		data += done;
		left -= (size_t)done;
	}
	return 0;
}

static int put_file(const struct ukcpio_files *files, const char *path,
		    const struct ukcpio_entry *entry)
{
	int handle = files->create(path);
	int rc;

	if (handle < 0)
		return -UKCPIO_FILE_CREATE_FAILED;
	rc = write_all(files, handle, entry);
	if (files->close(handle) < 0 && !rc)
		rc = -UKCPIO_FILE_CLOSE_FAILED;
	if (!rc && files->chmod(path, entry->mode & 07777) < 0)
		uk_pr_warn("%s: cannot set its mode\n", path);
	return rc;
}

static int put_link(const struct ukcpio_files *files, const char *path,
		    const struct ukcpio_entry *entry)
{
	char *to = malloc(entry->len + 1);
	int rc;

	if (!to)
		return -UKCPIO_NOMEM;
	memcpy(to, entry->data, entry->len);
	to[entry->len] = '\0';
	rc = files->symlink(to, path);
	free(to);
	return rc < 0 ? -UKCPIO_FILE_CREATE_FAILED : 0;
}

static int put_at(const struct ukcpio_files *files, const char *path,
		  const struct ukcpio_entry *entry)
{
	switch (UKCPIO_TYPE(entry->mode)) {
	case UKCPIO_FILE:
		return put_file(files, path, entry);
	case UKCPIO_DIRECTORY:
		return files->mkdir(path, entry->mode & 07777) < 0
			? -UKCPIO_MKDIR_FAILED : 0;
	case UKCPIO_SYMLINK:
		return put_link(files, path, entry);
	default:
		uk_pr_warn("%s: a member of mode %o is left out\n", path,
			   (unsigned int)entry->mode);
		return 0;
	}
}

static int put(const struct ukcpio_entry *entry, void *arg)
{
	const struct target *target = arg;
	const char *name = relative(entry->name);
	char *path;
	int rc;

	if ((UKCPIO_TYPE(entry->mode) == UKCPIO_SYMLINK) != target->links)
		return 0;
	/* The destination itself */
	if (!*name || !strcmp(name, "."))
		return 0;
	if (leads_out(name)) {
		uk_pr_warn("%s: leads out of the destination\n", name);
		return -UKCPIO_MALFORMED_INPUT;
	}
	path = path_below(target->dest, name);
	if (!path)
		return -UKCPIO_NOMEM;
	rc = put_at(target->files, path, entry);
	if (rc)
		uk_pr_warn("%s: cannot be extracted: %d\n", path, rc);
	free(path);
	return rc;
}

enum ukcpio_error ukcpio_extract_to(const struct ukcpio_files *files,
				    const char *dest, const void *buf,
				    size_t buflen)
{
	struct target target = { files, dest, 0 };
	enum ukcpio_error rc;

	UK_ASSERT(files);
	if (!dest)
		return -UKCPIO_NODEST;
	rc = ukcpio_foreach(buf, buflen, put, &target);
	if (rc)
		return rc;
	target.links = 1;
	return ukcpio_foreach(buf, buflen, put, &target);
}
