#include "guard_parts.h"

#include <stdlib.h>

void bytes_add(struct bytes *b, const char *at, size_t n)
{
	if (b->room - b->length < n) {
		b->room = b->length + n < 2 * b->room ? 2 * b->room : b->length + n + 64;
		b->at = must_realloc(b->at, b->room);
	}
	if (n > 0)
		memcpy(b->at + b->length, at, n);
	b->length += n;
}

size_t whole_characters(const char *at, size_t n)
{
	size_t lead = n;
	while (lead > 0 && n - lead < 4) {
		unsigned char c = (unsigned char)at[--lead];
		if (c < 0x80)
			return n;
		if (c >= 0xc0)
			return n - lead < (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : 2u) ? lead : n;
	}
	return n;
}

const char **pointers(struct guard *g, size_t count)
{
	if (g->pointer_room <= count) {
		g->pointer_room = count + 64;
		g->pointers = must_realloc(g->pointers, g->pointer_room * sizeof *g->pointers);
	}
	g->pointers[count] = NULL;
	return g->pointers;
}

void raw_keep(struct guard *g, uint64_t end)
{
	uint64_t have = g->raw_at + g->raw.length, most = g->raw_at + g->limits.whole;
	if (end > most)
		end = most;
	if (have < end)
		bytes_add(&g->raw, g->piece + (have - g->piece_at), (size_t)(end - have));
}

void raw_drop(struct guard *g, uint64_t begin)
{
	uint64_t have = g->raw_at + g->raw.length;
	size_t left = have > begin ? (size_t)(have - begin) : 0;
	if (left > 0 && begin > g->raw_at)
		memmove(g->raw.at, g->raw.at + (begin - g->raw_at), left);
	g->raw.length = left;
	g->raw_at = begin;
}

void raw_put(struct guard *g, struct guard_element *out)
{
	raw_keep(g, g->end);
	out->size = (size_t)(g->end - g->begin);
	out->length = out->size;
	if (g->refused || out->size > g->limits.whole) {
		if (out->length > g->limits.cut)
			out->length = g->limits.cut;
		out->length = whole_characters(g->raw.at, out->length);
	}
	out->tag_length = g->tag_length < out->length ? g->tag_length : out->length;
	g->raw.length = out->length;
	bytes_add(&g->raw, "", 1);
	out->stanza.xml = g->raw.at;
}
