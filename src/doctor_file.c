#include "doctor_parts.h"
#include "holder.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define LITTLE_ROOM (100LL << 20) /* bytes */
#define BIG_LOG (64LL << 20)

static void look_at_mode(struct findings *to, const char *path, const struct stat *st)
{
	unsigned mode = st->st_mode & 07777;
	if (st->st_uid != geteuid())
		findings_add(to, "owner", HEALTH_WARNING,
		             "it belongs to user %ld, not to us (%ld): let its owner record",
		             (long)st->st_uid, (long)geteuid());
	if (mode & 077)
		findings_add(to, "mode", HEALTH_WARNING,
		             "%04o: others can read who is online, and when; chmod 600 %s", mode,
		             path);
	else
		findings_add(to, "mode", HEALTH_OK, "%04o: nobody else can read it", mode);
	if (st->st_nlink > 1)
		findings_add(to, "names", HEALTH_WRONG,
		             "it has %ld names (hard links): whoever opens it by another one "
		             "corrupts it; remove all but one",
		             (long)st->st_nlink);
}

static void look_at_folder(struct findings *to, const char *folder)
{
	struct stat st;
	if (stat(folder, &st) < 0)
		return;
	if ((st.st_mode & 022) && !(st.st_mode & S_ISVTX))
		findings_add(to, "folder", HEALTH_WARNING,
		             "%04o: others can replace the file and what lies beside it; chmod "
		             "go-w %s",
		             st.st_mode & 07777, folder);
	else if (access(folder, W_OK) < 0)
		findings_add(to, "folder", HEALTH_WARNING,
		             "we may not write in %s: reading needs two files beside the record",
		             folder);
	else
		findings_add(to, "folder", HEALTH_OK, "nobody else can replace the file");
}

/* SQLite's log needs memory that all who open the file share, and locks that hold. */
static const char *remote_kind(long type)
{
	static const struct {
		long type;
		const char *name;
	} remote[] = {
		{NFS_SUPER_MAGIC, "NFS"},   {SMB_SUPER_MAGIC, "SMB"},   {CIFS_SUPER_MAGIC, "SMB"},
		{SMB2_SUPER_MAGIC, "SMB"},  {FUSE_SUPER_MAGIC, "FUSE"}, {V9FS_MAGIC, "9P"},
		{CEPH_SUPER_MAGIC, "Ceph"}, {AFS_SUPER_MAGIC, "AFS"},   {CODA_SUPER_MAGIC, "Coda"},
	};
	for (size_t i = 0; i < sizeof remote / sizeof *remote; i++)
		/* the kernel's word has 32 bits */
		if ((uint32_t)type == (uint32_t)remote[i].type)
			return remote[i].name;
	return NULL;
}

static void look_at_disk(struct findings *to, const char *path)
{
	struct statfs fs;
	if (statfs(path, &fs) < 0)
		return;
	const char *remote = remote_kind((long)fs.f_type);
	int64_t room = (int64_t)fs.f_bavail * (int64_t)fs.f_bsize;
	if (remote)
		findings_add(to, "disk", HEALTH_WARNING,
		             "%s: locks may not hold there, and the file gets corrupt; move it to "
		             "a local disk",
		             remote);
	else if ((uint32_t)fs.f_type == TMPFS_MAGIC)
		findings_add(to, "disk", HEALTH_WARNING,
		             "it lies in memory (tmpfs): the next boot takes it away");
	else
		findings_add(to, "disk", HEALTH_OK, "a local file system");
	findings_add(to, "room", room < LITTLE_ROOM ? HEALTH_WARNING : HEALTH_OK, "%.1f GB free%s",
	             (double)room / 1e9,
	             room < LITTLE_ROOM ? ": the recorder stops writing when it is full" : "");
}

static void look_at_log(struct findings *to, const char *path, const struct stat *file)
{
	struct stat st;
	AUTO(auto_free) char *real = realpath(path, NULL);
	AUTO(auto_free) char *log = text_new("%s-wal", real ? real : path);
	if (stat(log, &st) < 0)
		st.st_size = 0;
	findings_add(to, "size", st.st_size > BIG_LOG ? HEALTH_WARNING : HEALTH_OK,
	             "%.1f MB, and %.1f MB of log%s", (double)file->st_size / 1e6,
	             (double)st.st_size / 1e6,
	             st.st_size > BIG_LOG ? ": a program that reads without end keeps it from "
	                                    "being given back; unseen doctor --locks names it"
	                                  : "");
}

static void look_for_recorder(struct findings *to, const char *path)
{
	struct holder who;
	struct stat st;
	AUTO(auto_free) char *real = realpath(path, NULL);
	AUTO(auto_free) char *lock = text_new("%s.lock", real ? real : path);
	if (holder_is_recorded(path, &who))
		findings_add(to, "recorder", HEALTH_OK, "process %ld (%s) records", who.pid,
		             who.name);
	else if (lstat(lock, &st) == 0)
		findings_add(to, "recorder", HEALTH_WARNING,
		             "none; the last one died without leaving, what it had committed is "
		             "safe");
	else
		findings_add(to, "recorder", HEALTH_OK, "none");
}

static void look_for_locks(struct findings *to, const char *path)
{
	struct holder list[HOLDER_LOCKS], recorder;
	holder_is_recorded(path, &recorder);
	int n = holder_locks(path, list);
	for (int i = 0; i < n; i++) {
		bool foreign = list[i].keeps_writers && list[i].pid != recorder.pid;
		findings_add(to, "locks", foreign ? HEALTH_WARNING : HEALTH_OK,
		             "%s: process %ld (%s)%s", list[i].what, list[i].pid, list[i].name,
		             foreign ? " keeps everyone else from writing" : "");
	}
	if (n == 0)
		findings_add(to, "locks", HEALTH_OK, "nobody has the file open");
}

bool doctor_file(struct findings *to, const char *path, bool locks, struct err *e)
{
	struct stat st;
	AUTO(auto_free) char *copy = must_strdup(path);
	if (stat(path, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR
		               ? fail(e, EX_NOINPUT,
		                      "there is no %s yet; unseen scan makes it, --db names "
		                      "another "
		                      "file",
		                      path)
		               : fail(e, EX_NOINPUT, "cannot look at %s: %m; check the permissions",
		                      path);
	if (!S_ISREG(st.st_mode)) /* what that is, doctor_record() says */
		return true;
	look_at_mode(to, path, &st);
	look_at_folder(to, dirname(copy));
	look_at_disk(to, path);
	look_at_log(to, path, &st);
	look_for_recorder(to, path);
	if (locks)
		look_for_locks(to, path);
	return true;
}
