/* What the files of the doctor's room share. */
#ifndef DOCTOR_PARTS_H
#define DOCTOR_PARTS_H

#include "doctor.h"

void findings_add(struct findings *to, const char *check, enum health health, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
