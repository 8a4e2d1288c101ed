/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * errno, and texts for error and signal numbers.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <uk/essentials.h>

__uk_tls int errno;

static const char *const error_texts[] = {
	[0] = "No error",
	[EPERM] = "Operation not permitted",
	[ENOENT] = "No such file or directory",
	[ESRCH] = "No such process",
	[EINTR] = "Interrupted",
	[EIO] = "Input/output error",
	[ENXIO] = "No such device or address",
	[E2BIG] = "Argument list too long",
	[ENOEXEC] = "Not an executable",
	[EBADF] = "Bad file descriptor",
	[ECHILD] = "No child process",
	[EAGAIN] = "Try again",
	[ENOMEM] = "Out of memory",
	[EACCES] = "Permission denied",
	[EFAULT] = "Bad address",
	[EBUSY] = "Device or resource busy",
	[EEXIST] = "File exists",
	[EXDEV] = "Link across devices",
	[ENODEV] = "No such device",
	[ENOTDIR] = "Not a directory",
	[EISDIR] = "Is a directory",
	[EINVAL] = "Invalid argument",
	[ENFILE] = "Too many open files in the system",
	[EMFILE] = "Too many open files",
	[ENOTTY] = "Not a terminal",
	[EFBIG] = "File too large",
	[ENOSPC] = "No space left on device",
	[ESPIPE] = "Cannot seek",
	[EROFS] = "Read-only file system",
	[EMLINK] = "Too many links",
	[EPIPE] = "Broken pipe",
	[EDOM] = "Outside of the domain of the function",
	[ERANGE] = "Result out of range",
	[EDEADLK] = "Deadlock avoided",
	[ENAMETOOLONG] = "File name too long",
	[ENOLCK] = "No locks available",
	[ENOSYS] = "Function not implemented",
	[ENOTEMPTY] = "Directory not empty",
	[ELOOP] = "Too many symbolic links",
	[EPROTO] = "Protocol error",
	[EBADMSG] = "Bad message",
	[EOVERFLOW] = "Value too large",
	[EILSEQ] = "Invalid byte sequence",
	[ENOTSOCK] = "Not a socket",
	[EDESTADDRREQ] = "Destination address required",
	[EMSGSIZE] = "Message too long",
	[EPROTOTYPE] = "Wrong protocol for this socket",
	[ENOPROTOOPT] = "Protocol option not available",
	[EPROTONOSUPPORT] = "Protocol not supported",
	[EOPNOTSUPP] = "Operation not supported",
	[EAFNOSUPPORT] = "Address family not supported",
	[EADDRINUSE] = "Address in use",
	[EADDRNOTAVAIL] = "Address not available",
	[ENETDOWN] = "Network is down",
	[ENETUNREACH] = "Network unreachable",
	[ENETRESET] = "Connection reset by network",
	[ECONNABORTED] = "Connection aborted",
	[ECONNRESET] = "Connection reset by peer",
	[ENOBUFS] = "No buffer space available",
	[EISCONN] = "Socket is connected",
	[ENOTCONN] = "Socket is not connected",
	[ETIMEDOUT] = "Timed out",
	[ECONNREFUSED] = "Connection refused",
	[EHOSTDOWN] = "Host is down",
	[EHOSTUNREACH] = "Host unreachable",
	[EALREADY] = "Already in progress",
	[EINPROGRESS] = "Now in progress",
	[ESTALE] = "Stale file handle",
	[EDQUOT] = "Quota exceeded",
	[ECANCELED] = "Operation canceled",
	[EOWNERDEAD] = "Owner died",
	[ENOTRECOVERABLE] = "State not recoverable",
};

static const char *const signal_texts[] = {
	[1] = "Hangup",
	[2] = "Interrupt",
	[3] = "Quit",
	[4] = "Illegal instruction",
	[5] = "Trace or breakpoint trap",
	[6] = "Aborted",
	[7] = "Bus error",
	[8] = "Arithmetic exception",
	[9] = "Killed",
	[10] = "User signal 1",
	[11] = "Segmentation fault",
	[12] = "User signal 2",
	[13] = "Broken pipe",
	[14] = "Alarm clock",
	[15] = "Terminated",
};

/* The text of a number, or one about it in `buf` when there is none. */
static char *text_of(const char *const *texts, unsigned int count, int number,
		     const char *unknown, char *buf, size_t size)
{
	if ((unsigned int)number < count && texts[number])
		return (char *)texts[number];
	snprintf(buf, size, "%s %d", unknown, number);
	return buf;
}

char *strerror_r(int errnum, char *buf, size_t size)
{
	return text_of(error_texts, ARRAY_SIZE(error_texts), errnum,
		       "Unknown error", buf, size);
}

char *strerror(int errnum)
{
	static char buf[32];

	return strerror_r(errnum, buf, sizeof(buf));
}

char *strsignal(int sig)
{
	static char buf[32];

	return text_of(signal_texts, ARRAY_SIZE(signal_texts), sig,
		       "Unknown signal", buf, sizeof(buf));
}
