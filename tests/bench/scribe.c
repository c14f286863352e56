#include "scribe.h"

#include "senders.h"
#include "sql.h"

#include <malloc.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TURN 200 /* presences a transaction */

/* The parameters of sql/put_presence.sql, by the places SQLite gives them. */
struct places {
	int watch, at, sender, type, show, status, priority, client, delay, xml;
};

struct scribe {
	sqlite3 *db;
	sqlite3_stmt *begin, *commit, *heard, *resumption, *turn, *presence, *know, *id;
	struct places places;
	struct senders *senders;
	int64_t watch, heard_at, turns, handled;
	int in_turn;
};

static _Noreturn void die(struct scribe *s)
{
	fprintf(stderr, "scribe: %s\n", sqlite3_errmsg(s->db));
	exit(EX_IOERR);
}

static void check(struct scribe *s, int code)
{
	if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
		die(s);
}

static void script(struct scribe *s, enum sql name)
{
	check(s, sqlite3_exec(s->db, sql_texts[name].text, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(struct scribe *s, enum sql name)
{
	sqlite3_stmt *statement = NULL;
	check(s, sqlite3_prepare_v3(s->db, sql_texts[name].text, -1, SQLITE_PREPARE_PERSISTENT,
	                            &statement, NULL));
	return statement;
}

static int place(sqlite3_stmt *statement, const char *name)
{
	int i = sqlite3_bind_parameter_index(statement, name);
	if (i == 0) {
		fprintf(stderr, "scribe: no parameter %s\n", name);
		exit(EX_SOFTWARE);
	}
	return i;
}

static void run(struct scribe *s, sqlite3_stmt *statement)
{
	check(s, sqlite3_step(statement));
	check(s, sqlite3_reset(statement));
}

static void text(struct scribe *s, sqlite3_stmt *statement, int i, const char *value)
{
	check(s, sqlite3_bind_text(statement, i, value, -1, SQLITE_STATIC));
}

static void number(struct scribe *s, sqlite3_stmt *statement, int i, int64_t value)
{
	check(s, value == NO_NUMBER ? sqlite3_bind_null(statement, i)
	                            : sqlite3_bind_int64(statement, i, value));
}

static void begin_watch(struct scribe *s, const char *account, const char *resource)
{
	sqlite3_stmt *q = prepare(s, SQL_BEGIN_WATCH), *id = prepare(s, SQL_WATCH_ID);
	int64_t now = now_ms();
	text(s, q, place(q, ":account"), account);
	text(s, q, place(q, ":resource"), resource);
	number(s, q, place(q, ":began"), now);
	number(s, q, place(q, ":settle_by"), now);
	number(s, q, place(q, ":asks"), 0);
	run(s, q);
	text(s, id, place(id, ":account"), account);
	check(s, sqlite3_step(id));
	s->watch = sqlite3_column_int64(id, 0);
	sqlite3_finalize(id);
	sqlite3_finalize(q);
}

static void find_places(struct scribe *s)
{
	sqlite3_stmt *q = s->presence;
	s->places = (struct places){
		.watch = place(q, ":watch"),
		.at = place(q, ":at"),
		.sender = place(q, ":sender"),
		.type = place(q, ":type"),
		.show = place(q, ":show"),
		.status = place(q, ":status"),
		.priority = place(q, ":priority"),
		.client = place(q, ":client"),
		.delay = place(q, ":delay"),
		.xml = place(q, ":xml"),
	};
}

/* As the recorder keeps its memory (store_open.c). */
static void keep_memory(void)
{
	mallopt(M_TRIM_THRESHOLD, 16 << 20);
	mallopt(M_MMAP_THRESHOLD, 16 << 20);
	mallopt(M_TOP_PAD, 1 << 20);
}

struct scribe *scribe_open(const char *path, const char *account, const char *resource)
{
	struct scribe *s = must_calloc(1, sizeof *s);
	keep_memory();
	check(s, sqlite3_open(path, &s->db));
	script(s, SQL_OPEN_WRITE);
	s->begin = prepare(s, SQL_BEGIN);
	s->commit = prepare(s, SQL_COMMIT);
	run(s, s->begin);
	script(s, SQL_SCHEMA_1);
	script(s, SQL_SCHEMA_2);
	script(s, SQL_STATE);
	script(s, SQL_VIEWS);
	begin_watch(s, account, resource);
	run(s, s->commit);
	s->presence = prepare(s, SQL_PUT_PRESENCE);
	s->heard = prepare(s, SQL_WATCH_HEARD);
	s->resumption = prepare(s, SQL_PUT_RESUMPTION);
	s->turn = prepare(s, SQL_COUNT_TURN);
	s->know = prepare(s, SQL_KNOW);
	s->id = prepare(s, SQL_RESOURCE_ID);
	s->senders = senders_new();
	find_places(s);
	return s;
}

/* What the recorder writes with each turn of its loop. */
static void end_turn(struct scribe *s)
{
	if (s->in_turn == 0)
		return;
	number(s, s->heard, place(s->heard, ":watch"), s->watch);
	number(s, s->heard, place(s->heard, ":at"), s->heard_at);
	run(s, s->heard);
	number(s, s->resumption, place(s->resumption, ":watch"), s->watch);
	text(s, s->resumption, place(s->resumption, ":id"), "none");
	number(s, s->resumption, place(s->resumption, ":handled"), s->handled);
	run(s, s->resumption);
	number(s, s->turn, place(s->turn, ":n"), ++s->turns);
	run(s, s->turn);
	run(s, s->commit);
	s->in_turn = 0;
}

/* The number of a JID in the file, 0: it has none. */
static int64_t find(struct scribe *s, const char *jid)
{
	text(s, s->id, place(s->id, ":jid"), jid);
	int code = sqlite3_step(s->id);
	check(s, code);
	int64_t id = code == SQLITE_ROW ? sqlite3_column_int64(s->id, 0) : 0;
	check(s, sqlite3_reset(s->id));
	return id;
}

static int64_t number_of(struct scribe *s, const char *jid)
{
	int64_t id = senders_get(s->senders, jid);
	if (id)
		return id;
	id = find(s, jid);
	if (!id) {
		text(s, s->know, place(s->know, ":jid"), jid);
		run(s, s->know);
		id = find(s, jid);
	}
	senders_put(s->senders, jid, id);
	return id;
}

static void bind(struct scribe *s, const struct stanza *x)
{
	sqlite3_stmt *q = s->presence;
	const struct places *p = &s->places;
	number(s, q, p->watch, s->watch);
	number(s, q, p->at, s->heard_at);
	number(s, q, p->sender, number_of(s, x->from));
	text(s, q, p->type, x->type);
	text(s, q, p->show, x->show);
	text(s, q, p->status, x->status);
	number(s, q, p->priority, x->priority);
	text(s, q, p->client, x->client);
	number(s, q, p->delay, x->delay);
	text(s, q, p->xml, x->xml);
}

void scribe_presence(struct scribe *s, const struct stanza *presence, int64_t heard)
{
	if (s->in_turn == 0)
		run(s, s->begin);
	s->heard_at = heard;
	bind(s, presence);
	run(s, s->presence);
	s->handled++;
	if (++s->in_turn == TURN)
		end_turn(s);
}

void scribe_close(struct scribe *s)
{
	end_turn(s);
	sqlite3_stmt *end = prepare(s, SQL_WATCH_END);
	number(s, end, place(end, ":watch"), s->watch);
	number(s, end, place(end, ":at"), s->heard_at);
	text(s, end, place(end, ":reason"), "done");
	run(s, end);
	sqlite3_finalize(end);
	sqlite3_finalize(s->begin);
	sqlite3_finalize(s->commit);
	sqlite3_finalize(s->heard);
	sqlite3_finalize(s->resumption);
	sqlite3_finalize(s->turn);
	sqlite3_finalize(s->presence);
	sqlite3_finalize(s->know);
	sqlite3_finalize(s->id);
	senders_free(&s->senders);
	check(s, sqlite3_close(s->db));
	free(s);
}
