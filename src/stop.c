#include "stop.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>

/* The only variable of a whole file: signal handlers are given nothing else. It is the socket that
 * libstrophe is connecting, shut down when a signal comes so that nobody waits for it, or one of the
 * two below. */
static volatile sig_atomic_t line_or_state = -1;
#define LINE_NONE (-1)
#define LINE_STOPPED (-2) /* SIGINT or SIGTERM came */

static void on_signal(int number)
{
	int kept = errno, fd = line_or_state;
	(void)number;
	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
	line_or_state = LINE_STOPPED;
	errno = kept;
}

void stop_guard_line(int fd)
{
	sigset_t block, old;
	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, &old);
	if (line_or_state != LINE_STOPPED)
		line_or_state = fd;
	else if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

int stop_guarded_line(void)
{
	return line_or_state;
}

bool stop_asked(void)
{
	return line_or_state == LINE_STOPPED;
}

void stop_catch_signals(void)
{
	/* a second one meets the default action, and kills */
	struct sigaction stop = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
}

void stop_release_signals(void)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
}
