"""The recorder dies, again and again, while a contact talks fast; what is in the file afterwards. Run on each server by
test_log_kill_*.py."""

import random

from recorder import LONG
from scene import Scene
from talker import Talker

SPOKEN, KILLS = (4000, 20) if LONG else (1500, 8)
RATE = 300


class Kills:
	"""Mixed into a test case that has `server`."""

	def play(self, end, *options):
		"""The recorder, ended `end` while the talking goes on, and at once started again."""
		name = self._testMethodName
		talker = "talker_" + name
		self.server.befriend(name, [talker])
		self.scene = scene = Scene(self.server, name)
		seed = random.randrange(1 << 32)
		dice = random.Random(seed)
		with self.subTest(seed=seed), Talker(self.server, talker) as contact:
			recorder = self.record(scene, *options)
			contact.await_presence(scene.jid)
			contact.talk(1, SPOKEN, RATE)
			for n in range(KILLS):
				contact.await_said(int((n + dice.random()) * SPOKEN / KILLS))
				end(recorder)
				recorder = self.record(scene, *(options if n < KILLS - 1 else ()))
			contact.finish()
			recorder.await_sql("SELECT 1 FROM stanza WHERE status = '%d'" % SPOKEN, "the last word")
			self.stop(recorder)
			self.expect_said(scene, contact.jid, SPOKEN)
			self.expect_no_gap(scene)
			self.expect_history(scene)
			cuts = scene.sql("SELECT reason, resumed FROM cut")
			self.assertTrue(cuts, "it was never resumed: the test is blind")
			self.assertNotIn(None, [cut["resumed"] for cut in cuts])
			print("%s: %d rows, each once, over %d cuts" % (name, SPOKEN, len(cuts)))

	def test_killed(self):
		self.play(lambda recorder: recorder.kill())

	def test_stopped_with_the_session_kept(self):
		self.play(self.stop, "--keep-session")
