# Turns sql/*.sql into sql.h (enum sql, one name per file) and sql.c (their texts), at build time.
#   cmake -DSQL_DIR=… -DOUT_DIR=… -DVERSION=… -P embed.cmake
# SQL_RULE_PRINT identifies the text of the rule (state, views), so that a file made by another
# version of it is noticed and brought up to date.
file(GLOB files ${SQL_DIR}/*.sql)
list(SORT files)
set(names "")
set(texts "")
foreach(file IN LISTS files)
	get_filename_component(name ${file} NAME_WE)
	string(TOUPPER ${name} upper)
	file(READ ${file} hex HEX)
	# C99 promises string literals of 4,095 bytes only: an array has no such limit.
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
	string(APPEND names "\tSQL_${upper},\n")
	string(APPEND texts "static const unsigned char text_${name}[] = {${bytes}0};\n")
	string(APPEND table "\t[SQL_${upper}] = {\"${name}\", (const char *)text_${name}},\n")
endforeach()
file(SHA256 ${SQL_DIR}/state.sql state_print)
file(SHA256 ${SQL_DIR}/views.sql views_print)
string(SHA256 rule_print "${state_print}${views_print}")
string(SUBSTRING ${rule_print} 0 16 rule_print)
file(WRITE ${OUT_DIR}/sql.h.new "/* Made from sql/ by sql/embed.cmake. */
#ifndef SQL_H
#define SQL_H
enum sql {
${names}\tSQL_COUNT
};
struct sql_text {
	const char *name; /* of the file, without .sql */
	const char *text;
};
extern const struct sql_text sql_texts[SQL_COUNT];
#define SQL_RULE_PRINT \"${rule_print}\"
#define UNSEEN_VERSION \"${VERSION}\"
#endif
")
file(WRITE ${OUT_DIR}/sql.c.new "/* Made from sql/ by sql/embed.cmake. */
#include \"sql.h\"
${texts}const struct sql_text sql_texts[SQL_COUNT] = {
${table}};
")
foreach(out sql.h sql.c)
	file(COPY_FILE ${OUT_DIR}/${out}.new ${OUT_DIR}/${out} ONLY_IF_DIFFERENT)
	file(REMOVE ${OUT_DIR}/${out}.new)
endforeach()
