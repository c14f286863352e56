"""A contact that talks fast: a bare socket, no XMPP library, so that neither ours nor slixmpp's pace is in the way.

	with Talker(server, "ann") as ann:
		ann.await_presence(scene.jid)
		ann.talk(1, 1500, rate=300)         # its status is 1, then 2, …; goes on in a thread
		ann.await_said(700)
		ann.finish()
"""

import base64
import re
import socket
import threading
import time

from server import Failed

PATIENCE = 60


class Talker:
	def __init__(self, server, user, resource="phone"):
		"""Signs in, without TLS, and is available with status 0."""
		if user not in server.passwords:
			server.register(user)
		self.jid = server.jid(user)
		self.full = "%s/%s" % (self.jid, resource)
		self.said = 0
		self.times = {}     # when it said what, in seconds since 1970
		self._news = threading.Condition()
		self._heard = b""
		self._closed = False
		self._thread = None
		self._problem = None
		self._socket = socket.create_connection((server.host, server.port), PATIENCE)
		self._socket.settimeout(None)
		self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
		threading.Thread(target=self._listen, daemon=True).start()
		header = ("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' "
			"to='%s'>" % server.domain)
		self._exchange("<?xml version='1.0'?>" + header, rb"</stream:features>")
		plain = base64.b64encode(b"\0%s\0%s" % (user.encode(), server.passwords[user].encode())).decode()
		self._exchange("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>" % plain, rb"<success")
		self._exchange(header, rb"</stream:features>")
		self._exchange("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>%s</resource>"
			"</bind></iq>" % resource, rb"<jid>")
		self._exchange("<presence><status>0</status></presence>" + self._question("s0"), self._answer("s0"))

	# the line

	def _listen(self):
		try:
			while data := self._socket.recv(65536):
				with self._news:
					self._heard += data
					self._news.notify_all()
		except OSError:
			pass
		with self._news:
			self._closed = True
			self._news.notify_all()

	def _exchange(self, text, pattern):
		mark = len(self._heard)
		self._socket.sendall(text.encode())
		self.await_bytes(pattern, mark)

	@staticmethod
	def _question(id):
		return "<iq type='get' id='%s'><query xmlns='jabber:iq:roster'/></iq>" % id

	@staticmethod
	def _answer(id):
		return rb"<iq [^>]*id=['\"]%s['\"]" % id.encode()

	def mark(self):
		return len(self._heard)

	def await_bytes(self, pattern, mark=0, timeout=PATIENCE):
		deadline = time.monotonic() + timeout
		with self._news:
			while not (found := re.search(pattern, self._heard[mark:])):
				left = deadline - time.monotonic()
				if left <= 0 or self._closed:
					raise Failed("%s waited for %r, the line is %s, heard: %r" % (self.full, pattern,
						"closed" if self._closed else "silent", self._heard[mark:][-2000:]))
				self._news.wait(left)
		return found

	def await_presence(self, bare, mark=0, timeout=PATIENCE):
		"""Someone has become available to us."""
		self.await_bytes(rb"<presence (?![^>]*type=)[^>]*from=['\"]%s/" % re.escape(bare).encode(), mark, timeout)

	def send(self, text):
		self._socket.sendall(text.encode())

	# talking

	def talk(self, first, last, rate=300, ballast=0):
		"""Says these numbers, so many a second, each with so many bytes of nothing. With rate None, as fast as the line
		takes them."""
		more = b"<x xmlns='urn:example:ballast'>%s</x>" % (b"x" * ballast) if ballast else b""
		self._thread = threading.Thread(target=self._talk, args=(first, last, rate, more), daemon=True)
		self._thread.start()

	def _talk(self, first, last, rate, more):
		began = time.monotonic()
		try:
			for n in range(first, last + 1):
				early = rate and began + (n - first) / rate - time.monotonic()
				if early and early > 0:
					time.sleep(early)
				self.times[n] = time.time()
				self._socket.sendall(b"<presence><status>%d</status>%s</presence>" % (n, more))
				with self._news:
					self.said = n
					self._news.notify_all()
		except OSError as e:
			self._problem = e

	def await_said(self, n, timeout=PATIENCE):
		deadline = time.monotonic() + timeout
		with self._news:
			while self.said < n:
				left = deadline - time.monotonic()
				if left <= 0 or self._problem:
					raise Failed("%s has said %d, was to say %d: %s" % (self.full, self.said, n, self._problem))
				self._news.wait(left)

	def finish(self, timeout=PATIENCE):
		"""All is said, and the server has dealt with it."""
		self._thread.join(timeout)
		if self._problem or self._thread.is_alive():
			raise Failed("%s has said %d: %s" % (self.full, self.said, self._problem))
		id = "s%d" % self.said
		self._exchange(self._question(id), self._answer(id))

	def close(self):
		try:
			self._socket.shutdown(socket.SHUT_RDWR)
		except OSError:
			pass
		self._socket.close()

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.close()
