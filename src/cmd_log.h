/* The recorder: what its two files share. */
#ifndef CMD_LOG_H
#define CMD_LOG_H

#include "clock.h"
#include "cmd.h"
#include "control.h"
#include "session.h"

#define ASKERS_MAX 8

struct recorder {
	struct options o;     /* as they are now */
	struct options fresh; /* of the last reload, whose texts are in use; all zero: none */
	struct session_setup setup;
	struct said said;
	struct store *store;
	struct session *session; /* NULL: not connected */
	struct control *control;
	struct trace *trace;
	struct clock clock;
	int wakers[4]; /* signals, control, clock; -1 */
	char *password;
	int64_t started, connected; /* ms since 1970; connected 0: it is not */
	int64_t watching;           /* monotonic ms; since when the line holds */
	int64_t retry_at;           /* monotonic ms; when to sign in again */
	struct ask_rate rate;
	int failures;           /* to sign in, in a row */
	char trouble[600];      /* why, as it was told; "": all is well */
	int64_t looked;         /* monotonic ms; the last look at the slow things */
	int64_t told;           /* the last change of a verdict that was told */
	int64_t notified;       /* monotonic ms; when systemd was told last that we live */
	bool ready;             /* and that it may count on us */
	bool mute;              /* nobody reads standard output any more */
	bool moved;             /* the file is not the one any more that is written to */
	bool behind;            /* and that it is, was said */
	bool log_is_big;        /* the same */
	int askers[ASKERS_MAX]; /* clients of the control that wait for a round of questions */
	int asker_count;
};

/* cmd_log_tell.c: what it says, and to whom. */
/* What came over the control, and by signals. */
void log_answer(struct recorder *r);
/* What changed since the last call: the verdicts on standard output, the state of the file on standard
 * error, all of it for systemd. slow: it is time to look at what no descriptor tells. */
bool log_tell(struct recorder *r, bool slow, struct err *e);
/* The id of the last change of a verdict in the file. */
bool log_last_change(struct recorder *r, int64_t *id, struct err *e);
/* "watching", "connecting", "waiting": what it does now. */
const char *log_state(const struct recorder *r);

#endif
