#include "holder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FIRST_BYTE 120 /* of the locks in -shm: SQLite's wal.c, WALINDEX_LOCK_OFFSET */

/* Opens what lies beside the file that the name leads to. */
static int open_beside(const char *db, const char *suffix)
{
	AUTO(auto_free) char *real = realpath(db, NULL);
	AUTO(auto_free) char *path = text_new("%s%s", real ? real : db, suffix);
	return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

static void name_of(struct holder *who)
{
	AUTO(auto_free) char *path = text_new("/proc/%ld/comm", who->pid);
	FILE *f = who->pid > 0 ? fopen(path, "re") : NULL;
	if (f && fgets(who->name, sizeof who->name, f))
		who->name[strcspn(who->name, "\n")] = '\0';
	if (f)
		fclose(f);
}

/* flock(2) has no way to ask: try, for a moment, to share it. */
bool holder_is_recorded(const char *db, struct holder *who)
{
	char text[32] = "";
	AUTO(auto_close) int fd = open_beside(db, ".lock");
	*who = (struct holder){.what = "lock"};
	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		return false;
	if (pread(fd, text, sizeof text - 1, 0) > 0)
		who->pid = strtol(text, NULL, 10);
	if (who->pid < 0)
		who->pid = 0;
	name_of(who);
	return true;
}

int holder_locks(const char *db, struct holder out[HOLDER_LOCKS])
{
	static const char *const names[HOLDER_LOCKS] = {
		"WRITE", "CKPT", "RECOVER", "READ0", "READ1", "READ2", "READ3", "READ4", "DMS"};
	AUTO(auto_close) int fd = open_beside(db, "-shm");
	int n = 0;
	for (int i = 0; fd >= 0 && i < HOLDER_LOCKS; i++) {
		struct flock lock = {.l_type = F_WRLCK,
		                     .l_whence = SEEK_SET,
		                     .l_start = FIRST_BYTE + i,
		                     .l_len = 1};
		if (fcntl(fd, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
			continue;
		out[n] = (struct holder){.pid = lock.l_pid > 0 ? lock.l_pid : 0,
		                         .what = names[i],
		                         .keeps_writers = i == 0 || i == 2};
		name_of(&out[n++]);
	}
	return n;
}
