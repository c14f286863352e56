"""A server that does what a test tells it to, and nothing more: no better than a bad one on the network.

	async def script(line):
		await line.sign_in(until="bind")        # goes along up to there
		await line.silence()                    # and then says nothing more

	with Scripted(script) as server:
		... connect to server.where, trust server.ca ...
		server.wait("silence")                  # until the script has come so far
	server.heard                                # all that was said to it, in the clear

The script is played to everyone who connects; one who leaves ends it. A script that fails, fails the test.
"""

import asyncio
import atexit
import functools
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "live"))
from server import make_certificates

DOMAIN = "scripted.example"
ACCOUNT = "me@" + DOMAIN
PATIENCE = 30

# How far a sign-in has come when the client has said its next word.
STAGES = "header features proceed tls auth success bind roster presence".split()

TLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
PROCEED = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
SUCCESS = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
BIND = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>%s</bind>"
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
STREAMS = "urn:ietf:params:xml:ns:xmpp-streams"


def mechanisms(*names):
	return "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>%s</mechanisms>" % "".join(
		"<mechanism>%s</mechanism>" % name for name in names)


def stream_error(condition, text=""):
	return "<stream:error><%s xmlns='%s'>%s</%s></stream:error>" % (condition, STREAMS, text, condition)


def item(jid, subscription="both", name=None):
	return "<item jid=%s subscription=%s%s/>" % (quoteattr(jid), quoteattr(subscription),
		" name=%s" % quoteattr(name) if name is not None else "")


def presence(sender, type=None, status=None, show=None):
	return "<presence from=%s%s>%s</presence>" % (quoteattr(sender), " type=%s" % quoteattr(type) if type else "",
		"".join("<%s>%s</%s>" % (k, escape(v), k) for k, v in (("show", show), ("status", status)) if v is not None))


def result(iq, payload=""):
	"""The answer to a question, from whoever was asked."""
	sender = " from=%s" % quoteattr(iq.get("to")) if iq.get("to") is not None else ""
	return "<iq type='result' id=%s%s>%s</iq>" % (quoteattr(iq.get("id")), sender, payload)


def refusal(iq, condition="service-unavailable"):
	sender = " from=%s" % quoteattr(iq.get("to")) if iq.get("to") is not None else ""
	return "<iq type='error' id=%s%s><error type='cancel'><%s xmlns='%s'/></error></iq>" % (
		quoteattr(iq.get("id")), sender, condition, STANZAS)


def name(element):
	return element.tag.rpartition("}")[2]


def question(iq):
	"""(namespace, to) of a question to somebody; None of anything else."""
	if name(iq) == "iq" and iq.get("type") == "get" and iq.get("to"):
		return iq[0].tag[1:].partition("}")[0], iq.get("to")


DISCO_INFO, DISCO_ITEMS, LAST = "http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items", "jabber:iq:last"


def like_ejabberd(*connected):
	"""Answers questions as ejabberd does: tells who is connected (full JIDs), whatever presence they sent."""
	def answer(iq):
		channel, to = question(iq)
		listed = [jid for jid in connected if jid.startswith(to + "/")]
		if channel == DISCO_INFO and "@" not in to:
			return result(iq, "<query xmlns='%s'><identity category='server' type='im' name='ejabberd'/></query>" % DISCO_INFO)
		if channel == DISCO_ITEMS:
			return result(iq, "<query xmlns='%s'>%s</query>" % (DISCO_ITEMS, "".join("<item jid=%s/>" % quoteattr(j) for j in listed)))
		if channel == LAST and "/" not in to:
			return result(iq, "<query xmlns='%s' seconds='%d'/>" % (LAST, 0 if listed else 99))
		return refusal(iq)
	return answer


class Gone(Exception):
	"""The client has left."""


class Line:
	"""One client's connection, as the script sees it."""

	def __init__(self, server, reader, writer):
		self.server = server
		self.reader = reader
		self.writer = writer

	# what comes

	async def _feed(self):
		data = await self.reader.read(65536)
		if not data:
			raise Gone
		self.server._hear(data)
		self.parser.feed(data)

	async def _event(self):
		while True:
			for event in self.parser.read_events():
				return event
			await self._feed()

	async def header(self):
		"""Waits for a new stream; what is read from here on is of that."""
		self.parser = ET.XMLPullParser(["start", "end"])
		event, self.stream = await self._event()
		return self.stream

	async def element(self):
		"""The next child of the stream; None at the end of the stream."""
		depth = 0
		while True:
			event, element = await self._event()
			depth += 1 if event == "start" else -1
			if depth <= 0:
				return element if depth == 0 else None

	async def expect(self, wanted, type=None):
		element = await self.element()
		if element is None:
			raise Gone
		if name(element) != wanted or element.get("type") != type:
			raise AssertionError("not a %s: %s" % (wanted, ET.tostring(element, "unicode")))
		return element

	# what goes

	async def send(self, text):
		self.writer.write(text if isinstance(text, bytes) else text.encode())
		try:
			await self.writer.drain()
		except ConnectionError:
			raise Gone from None

	async def greet(self, *features):
		"""Our header, and what we offer."""
		await self.send("<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' id='1' from='%s' "
			"xmlns:stream='http://etherx.jabber.org/streams'>" % DOMAIN)
		if features:
			await self.send("<stream:features>%s</stream:features>" % "".join(features))

	# what a script is made of

	def reached(self, place):
		"""Lets the test know: server.wait(place)."""
		self.server._reach(place)

	async def silence(self):
		"""Nothing more is said, whatever is asked."""
		self.reached("silence")
		while data := await self.reader.read(65536):
			self.server._hear(data)

	async def secure(self):
		await self.writer.start_tls(self.server.context)

	async def sign_in(self, until="presence", roster=(), offer=mechanisms("PLAIN"), bound=None):
		"""Goes along until the client has said this; with "features" and "proceed", until it was said this much. Then
		nothing was answered yet. bound: the full JID given, when it is not the one that was asked for."""
		if until not in STAGES:
			raise ValueError(until)
		await self.header()
		if until == "header":
			return
		if self.server.context:
			await self.greet(*[TLS] if until != "features" else [])
			if until == "features":
				return
			await self.expect("starttls")
			await self.send(PROCEED)
			if until == "proceed":
				return
			await self.secure()
			await self.header()
			if until == "tls":
				return
		await self.greet(offer)
		await self.expect("auth")
		if until == "auth":
			return
		await self.send(SUCCESS)
		await self.header()
		if until == "success":
			return
		await self.greet(BIND % "")
		iq = await self.expect("iq", "set")
		if until == "bind":
			return
		resource = iq.find(".//{*}resource").text
		await self.send(result(iq, BIND % "<jid>%s</jid>" % escape(bound or "%s/%s" % (ACCOUNT, resource))))
		self.roster_question = iq = await self.expect("iq", "get")
		if until == "roster":
			return
		await self.send(result(iq, "<query xmlns='jabber:iq:roster'>%s</query>" % "".join(roster)))
		await self.expect("presence")

	async def converse(self, answer=like_ejabberd()):
		"""Answers questions until the client has said goodbye. answer(iq): the reply, or None."""
		while (element := await self.element()) is not None:
			reply = question(element) and answer(element)
			if reply:
				await self.send(reply)
		await self.send("</stream:stream>")


making = threading.RLock()


def once(make):
	"""functools.cache, also for threads that ask for it at one time: two authorities are none."""
	made = functools.cache(make)
	def get():
		with making:
			return made()
	return get


@once
def authority():
	"""The folder of a CA."""
	folder = tempfile.mkdtemp(prefix="unseen-hostile-")
	atexit.register(shutil.rmtree, folder, ignore_errors=True)
	make_certificates(folder, [DOMAIN])
	return folder


def certificate(names=(DOMAIN,), ca=None, how=None):
	"""A TLS context with a leaf for these names, signed by a CA (its folder). how: "expired", or "self-signed"."""
	folder = tempfile.mkdtemp(dir=authority())
	make_certificates(folder, list(names), ca or authority())

	def openssl(*words):
		subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
	if how == "self-signed":
		openssl("req", "-x509", "-key", "leaf.key", "-out", "leaf.pem", "-subj", "/CN=x", "-addext", "subjectAltName=DNS:" + names[0])
	elif how == "expired":
		openssl("req", "-new", "-key", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=x", "-addext", "subjectAltName=DNS:" + names[0])
		openssl("x509", "-req", "-in", "leaf.csr", "-out", "leaf.pem", "-copy_extensions", "copy", "-days", "-1",
			"-CA", authority() + "/ca.pem", "-CAkey", authority() + "/ca.key", "-set_serial", "1")
	context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
	context.load_cert_chain(folder + "/leaf.pem", folder + "/leaf.key")
	return context


class Scripted:
	sign_in = ()        # as a real server of tests/live has it

	def __init__(self, script, context="trusted", address=("127.0.0.1", 0)):
		"""context: of TLS, None for no TLS; unless given, a certificate that is beyond doubt."""
		self.address = address
		self.script = script
		self.context = trusted() if context == "trusted" else context
		self.ca = authority() + "/ca.pem"
		self.heard = b""
		self.connections = 0
		self._problems = []
		self._places = {}
		self._lines = set()

	def _hear(self, data):
		self.heard += data

	def _reach(self, place):
		self._places.setdefault(place, threading.Event()).set()

	def wait(self, place):
		if not self._places.setdefault(place, threading.Event()).wait(PATIENCE):
			raise AssertionError("the script never came to %r; heard: %r" % (place, self.heard))

	async def _play(self, reader, writer):
		self.connections += 1
		line = Line(self, reader, writer)
		self._lines.add(asyncio.current_task())
		try:
			await self.script(line)
		except (Gone, ConnectionError, ssl.SSLError, asyncio.CancelledError):
			pass
		except Exception as problem:
			self._problems.append(problem)
		finally:
			self._lines.discard(asyncio.current_task())
			writer.close()

	async def _serve(self):
		self._end = asyncio.Event()
		server = await asyncio.start_server(self._play, *self.address)
		self.port = server.sockets[0].getsockname()[1]
		self.where = "127.0.0.1:%d" % self.port
		self._ready.set()
		await self._end.wait()
		server.close()
		for task in list(self._lines):
			task.cancel()
		await asyncio.gather(*self._lines, return_exceptions=True)

	def __enter__(self):
		self._ready = threading.Event()
		self._loop = asyncio.new_event_loop()
		self._loop.set_exception_handler(lambda *_: None)       # a client that leaves in the middle is part of the play
		self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
		self._thread.start()
		self._ready.wait()
		return self

	def __exit__(self, kind, *_):
		self._loop.call_soon_threadsafe(self._end.set)
		self._thread.join()
		self._loop.close()
		if self._problems and kind is None:
			raise self._problems[0]


@once
def trusted():
	return certificate()
