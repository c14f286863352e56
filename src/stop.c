#include "stop.h"

#include <signal.h>
#include <sys/signalfd.h>

enum { STOP = 1, RELOAD = 2, TELL = 4 };

/* Signal handlers are given nothing: what came. */
static volatile sig_atomic_t came;

static const struct {
	int signal, means;
} signals[] = {{SIGINT, STOP}, {SIGTERM, STOP}, {SIGHUP, RELOAD}, {SIGUSR1, TELL}};
enum { SIGNALS = sizeof signals / sizeof *signals };

static void on_signal(int number)
{
	for (int i = 0; i < SIGNALS; i++)
		if (signals[i].signal == number)
			came = came | signals[i].means;
}

/* Those that are caught. */
static void ours(sigset_t *set)
{
	sigemptyset(set);
	for (int i = 0; i < SIGNALS; i++) {
		struct sigaction now;
		if (sigaction(signals[i].signal, NULL, &now) == 0 && now.sa_handler == on_signal)
			sigaddset(set, signals[i].signal);
	}
}

void stop_catch_signals(bool service)
{
	for (int i = 0; i < SIGNALS; i++) {
		bool stops = signals[i].means == STOP;
		/* a second request to stop meets the default action, and kills */
		struct sigaction caught = {.sa_handler = on_signal,
		                           .sa_flags = stops ? (int)SA_RESETHAND : SA_RESTART};
		if (stops || service)
			sigaction(signals[i].signal, &caught, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

int stop_hold_signals(void)
{
	sigset_t set;
	ours(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void all(sigset_t *set)
{
	sigemptyset(set);
	for (int i = 0; i < SIGNALS; i++)
		sigaddset(set, signals[i].signal);
}

void stop_release_signals(void)
{
	sigset_t set;
	all(&set);
	for (int i = 0; i < SIGNALS; i++)
		signal(signals[i].signal, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* Lets those in that are held back: their handler runs before this returns. */
static void look(void)
{
	sigset_t set, before;
	all(&set);
	sigprocmask(SIG_UNBLOCK, &set, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

bool stop_asked(void)
{
	look();
	return came & STOP;
}

static bool take(int meaning)
{
	look();
	bool was = came & meaning;
	came = came & ~meaning;
	return was;
}

bool stop_take_reload(void)
{
	return take(RELOAD);
}

bool stop_take_tell(void)
{
	return take(TELL);
}
