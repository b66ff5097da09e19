#!/usr/bin/env python3
"""Each rule of check_docker.py can fail: the tree's own files, each time with one word changed."""

import os
import unittest

import check_docker
import cpp_text

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

try:
    import yaml  # noqa: F401
except ImportError:
    yaml = None


@unittest.skipIf(yaml is None, "needs python3-yaml")
class Compose(unittest.TestCase):
    def one_breach(self, word, instead, said):
        text = cpp_text.read(ROOT, "docker/compose.yaml")
        self.assertIn(word, text)
        found = list(check_docker.check_compose(text.replace(word, instead)))
        self.assertEqual(len(found), 1, found)
        self.assertIn(said, found[0])

    def test_each_change_is_found(self):
        self.one_breach("127.0.0.1:16379:6379", "16379:6379", "beyond 127.0.0.1")
        self.one_breach("127.0.0.1:15432:5432", "0.0.0.0:15432:5432", "beyond 127.0.0.1")
        self.one_breach("image: redis:7", "image: redis:70", "is not of redis:7")
        self.one_breach("image: postgres:15", "image: postgres:16", "is not of postgres:15")
        self.one_breach("noeviction", "allkeys-lru", "--maxmemory-policy noeviction")
        self.one_breach("max_connections=200", "max_connections=20", "max_connections=200")
        self.one_breach('test: ["CMD", "redis-cli", "ping"]', "test: []", "no health check")
        self.one_breach("services:", "services: [", "does not parse")


class Dockerfile(unittest.TestCase):
    def one_breach(self, word, instead, said):
        text = cpp_text.read(ROOT, "docker/Dockerfile")
        self.assertIn(word, text)
        before = set(check_docker.check_dockerfile(text, ROOT))
        found = [one for one in check_docker.check_dockerfile(text.replace(word, instead), ROOT)
                 if one not in before]
        self.assertEqual(len(found), 1, found)
        self.assertIn(said, found[0])

    def test_each_change_is_found(self):
        self.one_breach("USER doorbuster", "USER root", "runs as root")
        self.one_breach("USER doorbuster\n", "", "runs as root")
        self.one_breach("FROM debian:12 AS runtime", "FROM debian:latest AS runtime", "not pinned")
        self.one_breach("FROM debian:12 AS runtime", "FROM debian:12", "named stages")
        self.one_breach("tools/setup image run", "apt-get install -y redis", "tools/setup only")
        self.one_breach("/usr/local/share/doorbuster/scenarios", "scenarios", "scenarios do not stand in /usr/local")
        self.one_breach("release/doorbuster /usr/local/bin/", "release/doorbuster /usr/bin/", "do not stand in /usr/share")
        self.one_breach("COPY src src", "COPY source src", "does not exist")
        self.one_breach('ENTRYPOINT ["doorbuster"]', 'ENTRYPOINT ["sh"]', "ENTRYPOINT")


if __name__ == "__main__":
    unittest.main()
