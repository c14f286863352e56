"""A bad line: between a client and a server, as bad as a test wants it.

	with Proxy(server) as line:
		... connect to line.where ...
		line.reset()            # and whoever connects again is served
		line.freeze(); line.thaw()
		line.cut_after(1000)    # every connection from now on, after so many bytes from the server
		line.mend()
"""

import asyncio
import socket
import struct
import threading
import time

PATIENCE = 60


class Proxy:
	def __init__(self, server, chunk=65536, delay=0):
		"""chunk: how many bytes pass at once; delay: seconds until they do. Both may be changed while it runs."""
		self.server = server
		self.chunk = chunk
		self.delay = delay
		self.connections = 0    # accepted so far
		self.passed = 0         # bytes from the server, of the newest connection
		self.cuts = 0           # connections that were cut after their bytes
		self.sent = 0           # bytes to the server, of the newest connection
		self._limit = self._limit_up = None
		self._cut = None
		self._lines = []
		self._news = threading.Condition()

	# between threads

	def _run(self, what, *words):
		async def run():
			return what(*words)
		return asyncio.run_coroutine_threadsafe(run(), self._loop).result(PATIENCE)

	def await_connections(self, n, timeout=PATIENCE):
		"""Until so many were accepted in all."""
		self._await(lambda: self.connections >= n, "%d connections" % n, timeout)

	def await_passed(self, n, timeout=PATIENCE):
		self._await(lambda: self.passed >= n, "%d bytes" % n, timeout)

	def await_gone(self, timeout=PATIENCE):
		"""Until nobody is connected."""
		self._await(lambda: not self._lines, "the client to leave", timeout)

	def _await(self, look, what, timeout):
		deadline = time.monotonic() + timeout
		with self._news:
			while not look():
				left = deadline - time.monotonic()
				if left <= 0:
					raise AssertionError("the proxy waited %d s for %s: %d connections, %d open, %d cut, %d bytes" % (timeout,
						what, self.connections, len(self._lines), self.cuts, self.passed))
				self._news.wait(left)

	def _tell(self):
		with self._news:
			self._news.notify_all()

	# what a line can do

	def reset(self):
		"""Both sides are told by RST, and what was under way is lost."""
		self._run(self._end_all, True)

	def close_all(self):
		"""Both sides are told in good order."""
		self._run(self._end_all, False)

	def half_close(self):
		"""The client is told that nothing more will come; what it says is still taken."""
		self._run(lambda: [client.write_eof() for client, _ in self._lines])

	def freeze(self):
		"""Nothing passes any more, and nobody is told. Those who connect meanwhile are let in and hear nothing."""
		self._run(self._open.clear)

	def thaw(self):
		self._run(self._open.set)

	def refuse(self):
		"""Nobody is let in until accept()."""
		self._run(self._close_door)

	def accept(self):
		asyncio.run_coroutine_threadsafe(self._listen(self.port), self._loop).result(PATIENCE)

	def cut_after(self, n, how="reset", up=False):
		"""Every connection made from now on is cut when so many bytes have come from the server; up: from the client. how:
		reset, close, or freeze: it goes silent and stays."""
		self._limit, self._limit_up, self._cut = (None, n, how) if up else (n, None, how)

	def mend(self):
		"""Those who connect from now on are served."""
		self._limit = self._limit_up = None

	def await_cuts(self, n, timeout=PATIENCE):
		self._await(lambda: self.cuts >= n, "%d cuts" % n, timeout)

	# the pumping

	def _end_all(self, rudely):
		for client, server in self._lines:
			self._end(client, server, rudely)

	@staticmethod
	def _end(client, server, rudely):
		for side in client, server:
			if rudely:
				side.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
				side.transport.abort()
			else:
				side.close()

	async def _line(self, reader, client):
		"""One connection, from its beginning to its end."""
		self.connections += 1
		self.passed = 0
		self.sent = 0
		limit, limit_up, how = self._limit, self._limit_up, self._cut
		try:
			from_server, server = await asyncio.open_connection(self.server.host, self.server.port)
		except OSError:
			client.transport.abort()
			return self._tell()
		for side in client, server:
			side.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
		pair = client, server
		self._lines.append(pair)
		self._tell()
		pumps = [asyncio.create_task(self._up(reader, server, limit_up)),
			asyncio.create_task(self._down(from_server, client, limit))]
		try:
			await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
			if any(pump.done() and pump.exception() is None and pump.result() == "cut" for pump in pumps):
				self.cuts += 1
				self._tell()
				if how == "freeze":
					await asyncio.wait(pumps)
				self._end(client, server, how == "reset")
			else:
				await asyncio.wait(pumps, timeout=1)
				self._end(client, server, False)
		finally:
			for pump in pumps:
				pump.cancel()
			await asyncio.gather(*pumps, return_exceptions=True)
			self._end(client, server, False)
			self._lines.remove(pair)
			self._tell()

	async def _pass(self, data, writer):
		for start in range(0, len(data), self.chunk):
			if self.delay:
				await asyncio.sleep(self.delay)
			await self._open.wait()
			writer.write(data[start:start + self.chunk])
			await writer.drain()

	async def _up(self, reader, writer, limit):
		def count(n):
			self.sent = n
		return await self._pump(reader, writer, limit, count)

	async def _down(self, reader, writer, limit):
		def count(n):
			self.passed = n
		return await self._pump(reader, writer, limit, count)

	async def _pump(self, reader, writer, limit, count):
		passed = 0
		while limit is None or passed < limit:
			data = await reader.read(65536 if limit is None else min(65536, limit - passed))
			if not data:
				return "end"
			await self._pass(data, writer)
			passed += len(data)
			count(passed)
			self._tell()
		return "cut"

	# starting and stopping

	async def _listen(self, port):
		self._door = await asyncio.start_server(self._line, "127.0.0.1", port)
		self.port = self._door.sockets[0].getsockname()[1]

	def _close_door(self):
		self._door.close()

	async def _serve(self):
		self._open = asyncio.Event()
		self._open.set()
		self._over = asyncio.Event()
		await self._listen(0)
		self._ready.set()
		await self._over.wait()
		self._close_door()
		rest = asyncio.all_tasks() - {asyncio.current_task()}
		for task in rest:
			task.cancel()
		await asyncio.gather(*rest, return_exceptions=True)

	@property
	def where(self):
		return "127.0.0.1:%d" % self.port

	def __enter__(self):
		self._ready = threading.Event()
		self._loop = asyncio.new_event_loop()
		self._loop.set_exception_handler(lambda *_: None)       # who leaves in the middle is part of the play
		self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
		self._thread.start()
		self._ready.wait()
		return self

	def __exit__(self, *_):
		self._loop.call_soon_threadsafe(self._over.set)
		self._thread.join()
		self._loop.close()
