/* Feeds every file of a folder, and nothing at all, to a fuzz target; no fuzzer needed. */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void broken(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

/* Exactly as much memory as the file has bytes, so that reading on is seen. */
static void replay(int folder, const char *name)
{
	struct stat about;
	int file = openat(folder, name, O_RDONLY | O_CLOEXEC);
	if (file < 0 || fstat(file, &about) != 0)
		broken(name);
	if (S_ISREG(about.st_mode)) {
		size_t size = (size_t)about.st_size;
		uint8_t *data = malloc(size ? size : 1);
		if (!data || read(file, data, size) != (ssize_t)size)
			broken(name);
		printf("%s, %zu bytes\n", name, size);
		fflush(stdout); /* the last line tells what it died of */
		LLVMFuzzerTestOneInput(data, size);
		free(data);
	}
	close(file);
}

int main(int argc, char **argv)
{
	struct dirent **names = NULL;
	int folder, count;
	if (argc != 2) {
		fputs("usage: replay FOLDER\n", stderr);
		return EXIT_FAILURE;
	}
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	folder = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	count = scandir(argv[1], &names, NULL, alphasort);
	if (folder < 0 || count < 0)
		broken(argv[1]);
	for (int i = 0; i < count; i++) {
		replay(folder, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	close(folder);
	return 0;
}
