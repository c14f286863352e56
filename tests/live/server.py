"""Real XMPP servers on loopback, each in a temporary folder of its own.

	with Prosody() as server:
		server.register("ann", "secret")
		... connect to server.host, server.port; trust server.ca_file ...

A server is one child process, or several: they die with their caller, even when the caller is killed, and its folder
goes when it is stopped. Start it from the main thread: the kernel ties a child to the thread that made it. What it
says is kept in `log`, and `wait_log` waits for a line of it: the tests never sleep.
"""

import atexit
import contextlib
import ctypes
import gzip
import http.client
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import xml.etree.ElementTree as ET

PR_SET_PDEATHSIG = 1
START_TIMEOUT = 60
STOP_TIMEOUT = 10

libc = ctypes.CDLL(None)


class Missing(Exception):
	"""The server is not installed here."""


class Failed(Exception):
	"""The server did not do what it was asked to; the message carries its log."""


def free_port():
	with socket.socket() as s:
		s.bind(("127.0.0.1", 0))
		return s.getsockname()[1]


def make_certificates(folder, names, ca=None):
	"""A test CA (or an existing one: its folder) and a leaf for the names. Returns paths: CA, leaf, leaf's key."""
	def openssl(*args):
		done = subprocess.run(("openssl",) + args, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
		if done.returncode:
			raise Failed("openssl %s: %s" % (args[0], done.stderr))

	new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
	ca = ca or folder
	if not os.path.exists(ca + "/ca.pem"):
		openssl("req", "-x509", *new_key, "-days", "30", "-subj", "/CN=test CA", "-keyout", ca + "/ca.key",
			"-out", ca + "/ca.pem", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
	openssl("req", "-x509", *new_key, "-days", "30", "-subj", "/CN=" + names[0], "-keyout", "leaf.key",
		"-out", "leaf.pem", "-CA", ca + "/ca.pem", "-CAkey", ca + "/ca.key",
		"-addext", "subjectAltName=" + ",".join("DNS:" + n for n in names),
		"-addext", "basicConstraints=critical,CA:FALSE",
		"-addext", "extendedKeyUsage=serverAuth,clientAuth")
	return ca + "/ca.pem", folder + "/leaf.pem", folder + "/leaf.key"


def die_with_caller(caller):
	"""Run in the child, before it becomes the server."""
	libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
	if os.getppid() != caller:
		os.kill(os.getpid(), signal.SIGKILL)


class Server:
	"""What the servers share: folder, certificate, child processes, log."""

	program = None      # what must be installed
	ready_line = None   # the log line after which connections are accepted
	sign_in = ()        # the options without which unseen does not sign in
	host = "127.0.0.1"

	def __init__(self, domain, ca=None):
		"""ca: the folder of another server whose test CA signs this one too."""
		if not os.path.exists(self.program):
			raise Missing("%s is not installed" % self.program)
		self.domain = domain
		self.folder = tempfile.mkdtemp(prefix="unseen-live-")
		os.chmod(self.folder, 0o755)
		self.ca_file, self.certificate, self.key = make_certificates(self.folder, [domain], ca)
		self.passwords = {}
		self.port = None
		self.children = []
		self._readers = []
		self._lines = []
		self._heard = threading.Condition()

	# starting and stopping

	def start(self):
		atexit.register(self.stop)
		for attempt in range(3):    # a port may be taken between our look and the server's
			self.choose_ports()
			try:
				return self._run()
			except Failed:
				taken = re.search(r"(?i)address (already )?in use|eaddrinuse|in use by another", self.log)
				if not taken or attempt == 2:
					self.stop()
					raise
				self._end()

	def choose_ports(self):
		self.port = free_port()

	def processes(self):
		"""(command, options for Popen, the log line after which it is ready) each, in the order in which they are started."""
		raise NotImplementedError

	def _run(self):
		self.write_config()
		for process in self.processes():
			self._start_process(*process)
		try:
			socket.create_connection((self.host, self.port), 5).close()
		except OSError as e:
			self.fail("does not accept connections: %s" % e)
		return self

	def _start_process(self, command, options, ready_line):
		caller, mark = os.getpid(), self.mark()
		child = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT, text=True, errors="replace",
			preexec_fn=lambda: die_with_caller(caller), **options)
		self.children.append(child)
		self._readers.append(threading.Thread(target=self._read, args=(child.stdout,), daemon=True))
		self._readers[-1].start()
		self.wait_log(ready_line, mark, START_TIMEOUT)

	@property
	def child(self):
		"""The process of a server that is one."""
		child, = self.children
		return child

	def _end(self):
		"""The processes, not the folder."""
		for child in reversed(self.children):
			child.terminate()
			try:
				child.wait(STOP_TIMEOUT)
			except subprocess.TimeoutExpired:
				child.kill()
				child.wait()
		for child, reader in zip(self.children, self._readers):
			reader.join()
			child.stdout.close()
		self.children, self._readers = [], []

	def stop(self):
		atexit.unregister(self.stop)
		self._end()
		shutil.rmtree(self.folder, ignore_errors=True)

	def restart(self):
		"""Same port, same accounts; every session is gone."""
		self._end()
		self._run()

	def __enter__(self):
		return self.start()

	def __exit__(self, *_):
		self.stop()

	# what it says

	def _read(self, pipe):
		for line in pipe:
			with self._heard:
				self._lines.append(line)
				self._heard.notify_all()
		with self._heard:
			self._lines.append("(end of log)\n")
			self._heard.notify_all()

	@property
	def log(self):
		return "".join(self._lines)

	def mark(self):
		"""A place in the log, for wait_log and log_since."""
		return len(self._lines)

	def log_since(self, mark):
		return "".join(self._lines[mark:])

	def wait_log(self, pattern, mark=0, timeout=10):
		"""Returns the match of the first line since the mark that has the pattern."""
		deadline = time.monotonic() + timeout
		with self._heard:
			while True:
				while mark < len(self._lines):
					found = re.search(pattern, self._lines[mark])
					if found:
						return found
					if self._lines[mark] == "(end of log)\n":
						self.fail("ended, was to say %r" % pattern)
					mark += 1
				left = deadline - time.monotonic()
				if left <= 0:
					self.fail("did not say %r in %d s" % (pattern, timeout))
				self._heard.wait(left)

	def fail(self, what):
		raise Failed("%s: %s; the end of its log:\n%s" % (self.domain, what, "".join(self._lines[-40:])))

	# accounts and rosters

	def jid(self, user):
		return "%s@%s" % (user, self.domain)

	def befriend(self, watcher, users, subscription="both"):
		"""Puts watcher and users into each other's rosters. subscription is the watcher's side of it."""
		theirs = {"both": "both", "to": "from", "from": "to", "none": "none"}[subscription]
		self.set_roster(watcher, [(self.jid(u), subscription, u.capitalize()) for u in users])
		for user in users:
			self.set_roster(user, [(self.jid(watcher), theirs, watcher.capitalize())])


def lua(value):
	"""A Python value as Lua source."""
	if isinstance(value, bool):
		return "true" if value else "false"
	if isinstance(value, (int, float)):
		return str(value)
	if isinstance(value, dict):
		return "{ %s }" % "".join("[%s] = %s; " % (lua(k), lua(v)) for k, v in value.items())
	if isinstance(value, (list, tuple)):
		return "{ %s }" % "".join(lua(v) + "; " for v in value)
	return '"%s"' % re.sub(rb"[^A-Za-z0-9 ./@:_+-]", lambda m: b"\\%03d" % m[0][0], str(value).encode()).decode()


# Prosody looks names up only here: nothing ever asks a name server.
STATIC_NAMES = """
module:set_global();
local names = module:get_option("static_names", {});
require "net.adns".resolver = function ()
	return { lookup = function (_, answer, name, kind)
		local host = name:match("^_xmpp%-server%._tcp%.(.*)$");
		local target = names[host or name];
		if kind == "SRV" and host and target then
			answer({ { srv = { target = host, port = target, priority = 0, weight = 0 } } });
		elseif kind == "A" and target then
			answer({ { a = "127.0.0.1" } });
		else
			answer({});
		end
	end };
end
"""


class Prosody(Server):
	"""set_roster writes the stored file: use it before the user is first addressed or signed in."""

	program = "/usr/bin/prosody"
	ready_line = r"Activated service 'c2s' on \["
	modules = ("roster saslauth tls disco pep ping time version lastactivity blocklist smacks carbons vcard4 register "
		"static_names").split()

	def __init__(self, domain="prosody.example", modules_extra=(), offline=True, limits=None, log_level="debug",
			components=None, hibernation=600, kept=500, ca=None, s2s_port=None, others=None):
		"""limits: bytes a second for a client, such as "10kb/s". components: {host: module}. hibernation: seconds a
		lost line's session is held; kept: how many stanzas it may miss meanwhile. s2s_port: to be reached by other servers; others: {domain: s2s_port} of those
		that can be reached. Without s2s_port there is no federation."""
		super().__init__(domain, ca)
		self.modules = self.modules + list(modules_extra) + (["limits"] if limits else [])
		self.offline = offline
		self.limits = limits
		self.log_level = log_level
		self.components = components or {}
		self.hibernation = hibernation
		self.kept = kept
		self.s2s_port = s2s_port
		self.others = others or {}
		self.rosters = {}
		self.data = self.folder + "/data"
		os.mkdir(self.data)
		os.mkdir(self.folder + "/modules")
		with open(self.folder + "/modules/mod_static_names.lua", "w") as f:
			f.write(STATIC_NAMES)

	def write_config(self):
		disabled = ([] if self.offline else ["offline"]) + ([] if self.s2s_port else ["s2s"])
		tls = {"key": self.key, "certificate": self.certificate}
		options = {
			"pidfile": self.folder + "/prosody.pid",
			"data_path": self.data,
			"plugin_paths": [self.folder + "/modules"],
			"run_as_root": True,
			"interfaces": ["127.0.0.1"],
			"c2s_ports": [self.port],
			"s2s_ports": [self.s2s_port] if self.s2s_port else [],
			"http_ports": [],
			"https_ports": [],
			"c2s_direct_tls_ports": [],
			"s2s_direct_tls_ports": [],
			"modules_enabled": self.modules + (["dialback"] if self.s2s_port else []),
			"modules_disabled": disabled,
			"authentication": "internal_hashed",
			"allow_registration": True,
			"registration_throttle_max": 100000,
			"c2s_require_encryption": False,
			"s2s_require_encryption": False,
			"s2s_secure_auth": False,
			"allow_unencrypted_plain_auth": True,
			"smacks_hibernation_time": self.hibernation,
			"smacks_max_queue_size": self.kept,
			"static_names": self.others,
			"log": {self.log_level: "*console"},
			"ssl": tls,
		}
		if self.limits:
			options["limits"] = {"c2s": {"rate": self.limits}}
		with open(self.folder + "/prosody.cfg.lua", "w") as f:
			for name, value in options.items():
				f.write("%s = %s\n" % (name, lua(value)))
			f.write("VirtualHost %s\n" % lua(self.domain))
			for host, module in self.components.items():
				f.write("Component %s %s\n" % (lua(host), lua(module)))

	def processes(self):
		return [([self.program, "-F", "--config", self.folder + "/prosody.cfg.lua"], {}, self.ready_line)]

	def _store(self, kind, user, value):
		def encoded(name):
			return re.sub(r"[^A-Za-z0-9]", lambda m: "%%%02x" % ord(m[0]), name)
		folder = "%s/%s/%s" % (self.data, encoded(self.domain), kind)
		os.makedirs(folder, exist_ok=True)
		path = "%s/%s.dat" % (folder, encoded(user))
		with open(path + ".new", "w") as f:
			f.write("return %s;\n" % lua(value))
		os.rename(path + ".new", path)

	def register(self, user, password="secret"):
		self.passwords[user] = password
		self._store("accounts", user, {"password": password})

	def set_roster(self, user, items):
		"""items: (jid, subscription, name). Adds to what was set before."""
		if user not in self.passwords:
			self.register(user)
		roster = self.rosters.setdefault(user, {})
		for jid, subscription, name in items:
			roster[jid] = {"subscription": subscription, "groups": {}, **({"name": name} if name else {})}
		self._store("roster", user, {**roster, False: {"version": 1, "pending": {}}})


class Ejabberd(Server):
	"""Run by erl itself: no ejabberdctl, so no epmd, no Erlang distribution, and nothing listens but our ports."""

	program = "/usr/sbin/ejabberdctl"
	ready_line = r"Start accepting TCP connections at 127\.0\.0\.1:%d for ejabberd_c2s"
	modules = ("admin_extra blocking caps client_state disco http_api last ping privacy pubsub register roster "
		"stream_mgmt vcard version").split()

	def __init__(self, domain="ejabberd.example", modules_extra=(), offline=True, limits=None, log_level="info",
			components=None, hibernation=300, ca=None, s2s_port=None, others=None):
		"""limits: bytes a second for a client, such as 3000. The rest as for Prosody, but others can only be
		{"localhost": s2s_port}: ejabberd asks the system for addresses, and this name is known everywhere."""
		super().__init__(domain, ca)
		self.modules = self.modules + list(modules_extra) + (["offline"] if offline else [])
		self.limits = limits
		self.log_level = log_level
		self.components = components or {}
		self.hibernation = hibernation
		self.s2s_port = s2s_port
		self.others = others or {}
		self.api_port = None
		self.spool = self.folder + "/spool"
		os.mkdir(self.spool)

	def choose_ports(self):
		super().choose_ports()
		self.api_port = free_port()
		self.ready_line = type(self).ready_line % self.port

	def write_config(self):
		c2s = {"module": "ejabberd_c2s", "starttls": True, "shaper": "normal" if self.limits else "none",
			"max_stanza_size": 262144}
		api = {"module": "ejabberd_http", "request_handlers": {"/api": "mod_http_api"}}
		listen = [{"ip": "127.0.0.1", "port": port, "backlog": 128, **what}
			for port, what in ((self.port, c2s), (self.api_port, api))]
		modules = {"mod_" + m: {} for m in self.modules}
		modules["mod_register"] = {"ip_access": "all"}
		modules["mod_stream_mgmt"] = {"resume_timeout": self.hibernation}
		for host, module in self.components.items():
			modules["mod_" + module] = {"host": host}
		options = {
			"hosts": [self.domain],
			"loglevel": self.log_level,
			"log_burst_limit_count": 1000000,
			"certfiles": [self.folder + "/both.pem"],
			"ca_file": self.ca_file,
			"listen": listen,
			"shaper": {"normal": {"rate": self.limits or 3000, "burst_size": 20000}},
			"registration_timeout": "infinity",
			"api_permissions": {"loopback": {"who": {"ip": "127.0.0.1/8"}, "what": ["register", "add_rosteritem"]}},
			"s2s_access": "none",
			"s2s_use_starttls": "optional",
		}
		if self.s2s_port:
			listen.append({"ip": "127.0.0.1", "port": self.s2s_port, "module": "ejabberd_s2s_in"})
			modules["mod_s2s_dialback"] = {}
			options["acl"] = {"others": {"server": list(self.others)}}
			options["access_rules"] = {"others": {"allow": "others"}}
			options["s2s_access"] = "others"
			options["outgoing_s2s_families"] = ["ipv4"]
			for port in self.others.values():
				options["outgoing_s2s_port"] = port
		with open(self.folder + "/ejabberd.yml", "w") as f:
			json.dump({**options, "modules": modules}, f, indent=1)     # JSON is YAML
		with open(self.folder + "/inetrc", "w") as f:     # no name server is ever asked
			f.write('{resolv_conf, ""}.\n{hosts_file, ""}.\n{lookup, [file]}.\n')
		with open(self.folder + "/both.pem", "w") as f:
			for part in self.key, self.certificate, self.ca_file:
				f.write(pathlib.Path(part).read_text())

	def processes(self):
		options = {"env": {
			"PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
			"HOME": self.folder,
			"ERL_LIBS": "/usr/lib/%s-linux-gnu" % os.uname().machine,
			"ERL_INETRC": self.folder + "/inetrc",
			"ERL_CRASH_DUMP_BYTES": "0",
			"EJABBERD_CONFIG_PATH": self.folder + "/ejabberd.yml",
			"EJABBERD_LOG_PATH": self.folder + "/spool/ejabberd.log",
		}}
		if os.getuid() == 0:
			user = pwd.getpwnam("ejabberd")
			options.update(user=user.pw_uid, group=user.pw_gid, extra_groups=[])
			for folder, _, files in os.walk(self.folder):
				for name in [folder] + [folder + "/" + f for f in files]:
					os.chown(name, user.pw_uid, user.pw_gid)
		return [(["erl", "-noinput", "-mnesia", "dir", '"%s"' % self.spool, "-s", "ejabberd"], options, self.ready_line)]

	def _api(self, what, **arguments):
		connection = http.client.HTTPConnection(self.host, self.api_port, timeout=10)
		try:
			connection.request("POST", "/api/" + what, json.dumps(arguments), {"Content-Type": "application/json"})
			answer = connection.getresponse()
			text = answer.read().decode()
		finally:
			connection.close()
		if answer.status != 200:
			self.fail("%s: %d %s" % (what, answer.status, text))

	def register(self, user, password="secret"):
		self._api("register", user=user, host=self.domain, password=password)
		self.passwords[user] = password

	def set_roster(self, user, items):
		"""items: (jid, subscription, name)."""
		if user not in self.passwords:
			self.register(user)
		for jid, subscription, name in items:
			contact, _, host = jid.rpartition("@")
			self._api("add_rosteritem", localuser=user, localhost=self.domain, user=contact, host=host, nick=name or "",
				group="", subs=subscription)


class Jabberd2(Server):
	"""Its own example files, with our paths and ports in them: those in /etc only the server's user may read. No
	XEP-0198, no server-to-server links. set_roster writes to its database: use it before the user is first
	addressed or signed in."""

	program = "/usr/sbin/jabberd2-c2s"
	sign_in = ("--allow-plain",)
	shipped = "/usr/share/doc/jabberd2"
	ready_lines = {"router": "listening for incoming connections", "sm": "ready for sessions", "c2s": "ready for connections"}

	def __init__(self, domain="jabberd2.example", ca=None):
		super().__init__(domain, ca)
		if not os.path.exists(self.shipped + "/db-setup.sqlite.gz"):
			raise Missing("jabberd2 is installed without its database's schema, %s" % self.shipped)
		self.router_port = None
		self.database = self.folder + "/sqlite.db"
		with gzip.open(self.shipped + "/db-setup.sqlite.gz", "rt") as schema:
			self._store(lambda db: db.executescript(schema.read()))

	def choose_ports(self):
		super().choose_ports()
		self.router_port = free_port()

	def write_config(self):
		with open(self.folder + "/both.pem", "w") as f:
			for part in self.key, self.certificate, self.ca_file:
				f.write(pathlib.Path(part).read_text())
		for name in "router-users", "router-filter":
			shutil.copy("%s/examples/%s.xml.dist" % (self.shipped, name), "%s/%s.xml" % (self.folder, name))
		router = {"router/ip": "127.0.0.1", "router/port": self.router_port}
		self._configure("router", {
			"local/ip": "127.0.0.1",
			"local/port": self.router_port,
			"local/users": self.folder + "/router-users.xml",
			"aci/filter": self.folder + "/router-filter.xml",
		})
		self._configure("sm", {
			**router,
			"local/id": self.domain,
			"storage/sqlite/dbname": self.database,
			"aci/acl/jid": "admin@" + self.domain,
		})
		self._configure("c2s", {
			**router,
			"local/id": self.domain,
			"local/ip": "127.0.0.1",
			"local/port": self.port,
			"authreg/sqlite/dbname": self.database,
		}, {"local/id": {"pemfile": self.folder + "/both.pem"}})

	def _configure(self, name, texts, attributes={}):
		"""The shipped file with other texts, and more attributes, at these paths."""
		tree = ET.parse("%s/examples/%s.xml.dist" % (self.shipped, name))
		for path, text in {**texts, "pidfile": "%s/%s.pid" % (self.folder, name)}.items():
			tree.find(path).text = str(text)
		for path, values in {**attributes, "log": {"type": "stdout"}}.items():
			tree.find(path).attrib.update(values)
		tree.write("%s/%s.xml" % (self.folder, name))

	def processes(self):
		return [(["/usr/sbin/jabberd2-" + name, "-c", "%s/%s.xml" % (self.folder, name)], {}, line)
			for name, line in self.ready_lines.items()]

	def _store(self, change):
		with contextlib.closing(sqlite3.connect(self.database)) as db, db:
			change(db)

	def register(self, user, password="secret"):
		def change(db):
			db.execute("INSERT INTO authreg VALUES (?, ?, ?)", (user, self.domain, password))
			db.execute("INSERT INTO active (\"collection-owner\", time) VALUES (?, ?)", (self.jid(user), int(time.time())))
		self._store(change)
		self.passwords[user] = password

	def set_roster(self, user, items):
		"""items: (jid, subscription, name). Adds to what was set before."""
		if user not in self.passwords:
			self.register(user)
		self._store(lambda db: db.executemany(
			"INSERT INTO \"roster-items\" (\"collection-owner\", jid, name, \"to\", \"from\", ask) VALUES (?, ?, ?, ?, ?, 0)",
			[(self.jid(user), jid, name, subscription in ("to", "both"), subscription in ("from", "both"))
				for jid, subscription, name in items]))
