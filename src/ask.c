#include "ask.h"

#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define WINDOW_MAX 64
#define WINDOW_MIN 4
#define WINDOW_START 16
#define PROMPT_MS 300 /* an answer within this widens the window */
#define SLOW_MS 1000  /* one beyond this halves it: the server throttles us */
#define PLAN_MS 50    /* the plan is read anew no oftener than this */
/* Whatever is heard, and however often we are told to look again: no more than that many questions, and
 * that many a second after them. Enough for a first round of 5,000 contacts at once; the window and the
 * server's pace bound it before this does. */
#define RATE_CAPACITY 10000
#define RATE_REFILL_S 5
#define ID_BYTES 12 /* nobody can guess an id (faults: a forged reply needs one) */

struct open_question {
	char wire_id[2 * ID_BYTES + 1]; /* "": the slot is free */
	char *target;                   /* the JID asked */
	int64_t question;
	int64_t sent; /* monotonic ms */
};

struct ask {
	xmpp_conn_t *conn;
	struct record *record;
	int timeout_ms;
	int window;
	int open;
	int sent, settled;
	bool plan_empty;
	int64_t planned; /* monotonic ms of the last look at the plan */
	bool stale;      /* something was heard since: the plan may be another */
	int64_t due;     /* monotonic ms at which the plan has something again */
	struct ask_rate *rate, own_rate;
	struct open_question slot[WINDOW_MAX];
};

static const struct {
	const char *channel, *element, *ns;
} channels[] = {
	{"disco#items", "query", "http://jabber.org/protocol/disco#items"},
	{"disco#info", "query", "http://jabber.org/protocol/disco#info"},
	{"last", "query", "jabber:iq:last"},
	{"version", "query", "jabber:iq:version"},
	{"ping", "ping", "urn:xmpp:ping"},
};

struct ask *ask_new(xmpp_conn_t *conn, struct record *record, int timeout_ms, struct ask_rate *rate)
{
	struct ask *a = must_calloc(1, sizeof *a);
	*a = (struct ask){
		.conn = conn, .record = record, .timeout_ms = timeout_ms, .window = WINDOW_START};
	a->rate = rate ? rate : &a->own_rate;
	return a;
}

static void close_slot(struct ask *a, struct open_question *q)
{
	free(q->target);
	*q = (struct open_question){.target = NULL};
	a->open--;
	a->settled++;
	a->stale = true;
}

void ask_free(struct ask **ask)
{
	if (!*ask)
		return;
	for (int i = 0; i < WINDOW_MAX; i++)
		free((*ask)->slot[i].target);
	free(*ask);
	*ask = NULL;
}

static void random_id(char *out)
{
	unsigned char bytes[ID_BYTES];
	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		abort(); /* cannot happen for up to 256 bytes once the pool is up */
	for (size_t i = 0; i < sizeof bytes; i++, out += 2) {
		out[0] = "0123456789abcdef"[bytes[i] >> 4];
		out[1] = "0123456789abcdef"[bytes[i] & 15];
	}
	*out = '\0';
}

/* The IQ of a channel (XEP-0030, 0012, 0092, 0199). */
static void send_iq(struct ask *a, const char *channel, const char *target, const char *id)
{
	xmpp_ctx_t *ctx = xmpp_conn_get_context(a->conn);
	xmpp_stanza_t *iq = xmpp_iq_new(ctx, "get", id);
	xmpp_stanza_t *payload = xmpp_stanza_new(ctx);
	for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
		if (strcmp(channels[i].channel, channel) != 0)
			continue;
		xmpp_stanza_set_name(payload, channels[i].element);
		xmpp_stanza_set_ns(payload, channels[i].ns);
	}
	xmpp_stanza_set_to(iq, target);
	xmpp_stanza_add_child(iq, payload);
	xmpp_stanza_release(payload);
	xmpp_send(a->conn, iq);
	xmpp_stanza_release(iq);
}

static bool send_question(struct ask *a, const char *channel, const char *target, bool control,
                          struct err *e)
{
	struct open_question *q = a->slot;
	while (q->target)
		q++; /* the window is never wider than the slots */
	if (!record_question(a->record, channel, target, control, &q->question, e))
		return false;
	random_id(q->wire_id);
	q->target = must_strdup(target);
	q->sent = mono_ms();
	a->open++;
	a->sent++;
	send_iq(a, channel, target, q->wire_id);
	return true;
}

/* How many questions may be sent now: what the window and the rate leave. */
static int room(struct ask *a)
{
	int64_t now = mono_ms(), spent = a->rate->spent - (now - a->rate->at) * RATE_REFILL_S;
	int64_t slots = a->window - a->open;
	a->rate->spent = spent > 0 ? spent : 0;
	a->rate->at = now;
	int64_t left = RATE_CAPACITY - (a->rate->spent + 999) / 1000;
	return (int)(slots < left ? slots : left);
}

struct due {
	char *channel, *target;
	bool control;
};

/* The questions that are due, no more than `room`; a->due: when the next one will be. */
static bool read_plan(struct ask *a, int64_t now, int room, struct due *due, int *n, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more, ok;
	if (!store_query(&q, a->record->store, SQL_PLAN, e))
		return false;
	query_int(q, ":watch", a->record->watch);
	query_int(q, ":now", now);
	query_int(q, ":window", room);
	while ((ok = query_next(q, &more, e)) && more) {
		int64_t ahead = query_get_int(q, 3) - now;
		a->plan_empty = false;
		if (ahead > 0) {
			a->due = a->planned + ahead;
			break;
		}
		due[*n].channel = must_strdup(query_get_text(q, 0, NULL));
		due[*n].target = must_strdup(query_get_text(q, 1, NULL));
		due[(*n)++].control = query_get_int(q, 2) != 0;
	}
	return ok;
}

/* When someone who rests is to be asked again, the plan has something; *awake: it may have something
 * now. */
static bool look(struct ask *a, bool *awake, struct err *e)
{
	int64_t at, ahead;
	if (!record_next_look(a->record, awake, &at, e))
		return false;
	ahead = at == INT64_MAX ? at : at - now_ms();
	if (ahead <= 0) {
		*awake = true;
		a->due = a->planned;
		return record_wake(a->record, e);
	}
	if (ahead < a->due - a->planned)
		a->due = a->planned + ahead;
	return true;
}

static bool send_due(struct ask *a, struct due *due, int n, struct err *e)
{
	bool ok = true;
	for (int i = 0; i < n; i++) {
		ok = ok && send_question(a, due[i].channel, due[i].target, due[i].control, e);
		free(due[i].channel);
		free(due[i].target);
	}
	a->rate->spent += n * 1000LL;
	return ok;
}

/* Asks what is due, notes when the next is. The rows are read before anything is written. */
static bool follow_plan(struct ask *a, struct err *e)
{
	struct due due[WINDOW_MAX];
	int n = 0, most = room(a);
	bool awake;
	int64_t now = now_ms();
	a->planned = mono_ms();
	if (most <= 0) /* the rate; a little later there is some */
		return true;
	a->due = INT64_MAX;
	a->stale = false;
	a->plan_empty = true;
	if (!look(a, &awake, e))
		return false;
	if (!awake)
		return true;
	a->due = INT64_MAX;
	bool ok = read_plan(a, now, most, due, &n, e);
	a->stale = n == most; /* there may be more */
	return send_due(a, due, n, e) && ok && (n == most || record_rest(a->record, now, e)) &&
	       look(a, &awake, e);
}

static bool expire(struct ask *a, int64_t *next, struct err *e)
{
	int64_t now = mono_ms();
	for (int i = 0; i < WINDOW_MAX; i++) {
		struct open_question *q = &a->slot[i];
		if (!q->target)
			continue;
		if (now - q->sent < a->timeout_ms) {
			if (q->sent + a->timeout_ms < *next)
				*next = q->sent + a->timeout_ms;
			continue;
		}
		if (!record_timeout(a->record, q->question, q->target, e))
			return false;
		close_slot(a, q);
		a->window = a->window / 2 > WINDOW_MIN ? a->window / 2 : WINDOW_MIN;
	}
	return true;
}

/* Half the window is filled at once: the plan costs more than a question. */
static bool has_room(const struct ask *a)
{
	return a->open <= a->window / 2;
}

/* When the plan is to be read next, monotonic ms. */
static int64_t plan_time(const struct ask *a)
{
	int64_t soonest = a->planned + PLAN_MS;
	return a->stale || a->due < soonest ? soonest : a->due;
}

bool ask_turn(struct ask *a, bool *done, int *wake_ms, struct err *e)
{
	int64_t next = INT64_MAX, now = mono_ms();
	if (!expire(a, &next, e))
		return false;
	if (has_room(a) && plan_time(a) <= now && !follow_plan(a, e))
		return false;
	if (has_room(a) && plan_time(a) < next)
		next = plan_time(a);
	if (a->open > 0 && now + a->timeout_ms < next) /* of what was asked just now */
		next = now + a->timeout_ms;
	*done = a->open == 0 && a->plan_empty && !a->stale;
	*wake_ms = next - now > 60000 ? 60000 : next > now ? (int)(next - now) : 0;
	return true;
}

void ask_heard(struct ask *a)
{
	a->stale = true;
}

bool ask_again(struct ask *a, struct err *e)
{
	a->stale = true;
	return record_look_again(a->record, e);
}

static struct open_question *find(struct ask *a, const struct stanza *s)
{
	if (!s->id || !s->from || !s->type ||
	    (strcmp(s->type, "result") != 0 && strcmp(s->type, "error") != 0))
		return NULL;
	for (int i = 0; i < WINDOW_MAX; i++) {
		struct open_question *q = &a->slot[i];
		if (q->target && strcmp(q->wire_id, s->id) == 0 && strcmp(q->target, s->from) == 0)
			return q;
	}
	return NULL;
}

bool ask_reply(struct ask *a, const struct stanza *s, const char *const *items, bool *mine,
               struct err *e)
{
	struct open_question *q = find(a, s);
	*mine = q != NULL;
	if (!q)
		return true;
	int64_t took = mono_ms() - q->sent;
	if (took <= PROMPT_MS && a->window < WINDOW_MAX)
		a->window++;
	else if (took > SLOW_MS && a->window / 2 >= WINDOW_MIN)
		a->window /= 2;
	for (; items && *items; items++)
		if (!record_item(a->record, q->question, *items, e))
			return false;
	if (!record_reply(a->record, q->question, s, e))
		return false;
	close_slot(a, q);
	return true;
}

bool ask_waits_for_domain(const struct ask *a)
{
	for (int i = 0; i < WINDOW_MAX; i++)
		if (a->slot[i].target && !strpbrk(a->slot[i].target, "@/"))
			return true;
	return false;
}

void ask_count(const struct ask *a, int *sent, int *settled)
{
	*sent = a->sent;
	*settled = a->settled;
}
