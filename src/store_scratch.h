/* A store without a file, for statements that make an answer of what they are given (JSON). */
#ifndef STORE_SCRATCH_H
#define STORE_SCRATCH_H

#include "store.h"

bool store_open_scratch(struct store **out, struct err *e);

#endif
