#!/usr/bin/env python3
"""Each rule of check_layers.py can fail: small made-up trees, each with one breach."""

import os
import tempfile
import unittest

import check_layers

CMAKE = """
# doorbuster_layer(NAME [USES room...])
function(doorbuster_layer name)
endfunction()
doorbuster_layer(base)
doorbuster_layer(store USES base)
doorbuster_layer(measure USES base)
doorbuster_layer(sim USES store)
doorbuster_layer(loop USES base)
doorbuster_layer(strategy USES store TEST_USES sim)
doorbuster_layer(redis USES loop store)
"""


class Layers(unittest.TestCase):
    def breaches(self, files, cmake=CMAKE):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {"CMakeLists.txt": cmake, **files}.items():
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            return check_layers.check(root)

    def one_breach(self, path, text, said, cmake=CMAKE):
        found = self.breaches({path: text}, cmake)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(path) or found[0].startswith("CMakeLists.txt"), found)
        self.assertIn(said, found[0])

    def test_a_tree_in_order_has_no_breach(self):
        self.assertEqual([], self.breaches({
            "src/base/time.h": "#include <vector>\n#include <sys/epoll.h>\n#include <unistd.h>\n",
            "src/store/cache.h": '#include <fmt/format.h>\n#include "base/time.h"\n#include "store/x.h"\n',
            "src/strategy/a_test.cpp": '#include <gtest/gtest.h>\n#include "sim/cache.h"\n',
            "src/store/contract_suite.h": "#include <gmock/gmock.h>\n",
            "src/redis/codec.cpp": '#include <hiredis/hiredis.h>\n#include <boost/asio/ip/tcp.hpp>\n',
            "bench/histogram.cpp": "#include <benchmark/benchmark.h>\n",
        }))

    def test_a_room_may_not_include_a_higher_one(self):
        self.one_breach("src/base/x.h", '\n#include "store/cache.h"\n', "x.h:2: base (row 1) may not include")

    def test_a_room_may_not_include_one_beside_it(self):
        self.one_breach("src/store/x.h", '#include "measure/tally.h"\n', "lower rows only")

    def test_a_room_includes_only_what_cmake_links_it_with(self):
        self.one_breach("src/measure/x.cpp", '#include "base/time.h"\n', "does not use base",
                        "doorbuster_layer(base)\ndoorbuster_layer(measure)\n")

    def test_what_a_test_uses_is_not_for_the_room_itself(self):
        self.one_breach("src/strategy/x.cpp", '#include "sim/cache.h"\n', "does not use sim")

    def test_an_include_names_its_room(self):
        self.one_breach("src/base/x.cpp", '#include "time.h"\n', 'written "room/file.h"')
        self.one_breach("src/base/x.cpp", '#include "../store/cache.h"\n', 'written "room/file.h"')
        self.one_breach("src/base/x.cpp", '#include "cellar/time.h"\n', "no room 'cellar'")

    def test_third_party_code_stays_in_its_quarantine(self):
        for path, header in [
                ("src/store/x.h", "boost/asio/awaitable.hpp"), ("src/loop/x.cpp", "hiredis/hiredis.h"),
                ("src/redis/x.cpp", "libpq-fe.h"), ("src/redis/x.cpp", "pqxx/pqxx"),
                ("src/base/x.cpp", "toml++/toml.h"), ("src/measure/x.cpp", "boost/json.hpp"),
                ("src/measure/x.cpp", "boost/describe.hpp"), ("src/loop/x.cpp", "boost/beast.hpp"),
                ("src/base/x.cpp", "CLI/CLI.hpp"), ("src/base/x.cpp", "gtest/gtest.h"),
                ("src/base/x.cpp", "spawn.h"), ("src/base/x_test.cpp", "benchmark/benchmark.h")]:
            self.one_breach(path, f"#include <{header}>\n", "may be included in")

    def test_quotes_do_not_lift_the_quarantine(self):
        self.one_breach("src/store/x.h", '#include "boost/asio.hpp"\n', "may be included in")

    def test_an_unknown_library_needs_a_room_first(self):
        self.one_breach("src/base/x.cpp", "#include <openssl/ssl.h>\n", "third-party code with no room")
        self.one_breach("src/base/x.cpp", "#include <curl.h>\n", "third-party code with no room")

    def test_a_source_stands_in_a_room(self):
        self.one_breach("lib/x.cpp", "", "belongs to no room")
        self.one_breach("src/x.h", "", "belongs to no room")
        self.one_breach("src/cellar/x.h", "", "no room 'cellar'")
        self.one_breach("src/base/inner/x.cpp", "", "has no folders")
        self.one_breach("src/store/main.cpp", "", "cli alone")

    def test_a_room_that_is_not_built_is_found(self):
        self.one_breach("src/history/x.cpp", "", "has no doorbuster_layer()")

    def test_cmake_paints_the_same_picture(self):
        base = "doorbuster_layer(base)\n"
        self.one_breach("src/base/x.h", "", "may not use measure", base + "doorbuster_layer(store USES measure)\n")
        self.one_breach("src/base/x.h", "", "may not use sim",
                        base + "doorbuster_layer(store USES base TEST_USES sim)\n")
        self.one_breach("src/base/x.h", "", "no such room", base + "doorbuster_layer(cellar USES base)\n")
        self.one_breach("src/base/x.h", "", "which is no room", base + "doorbuster_layer(store USES cellar)\n")

    def two_types(self, one, other, other_path="src/store/y.h"):
        return self.breaches({"src/base/x.h": one, other_path: other})

    def test_no_two_files_of_the_program_give_one_name_to_two_types(self):
        connection = "namespace doorbuster {\nclass Connection final : public Base {\n};\n}\n"
        for other in [connection, "namespace doorbuster {\n\nstruct Connection {};\n}\n",
                      "namespace doorbuster {\nenum class Connection : unsigned char { up };\n}\n",
                      "namespace doorbuster {\nDESCRIBE(A, (a))\ntemplate <class T>\nclass [[nodiscard]] Connection {};\n}\n"]:
            for path in ["src/store/y.h", "src/store/y.cpp"]:
                found = self.two_types(connection, other, path)
                self.assertEqual(len(found), 1, other)
                self.assertRegex(found[0], path + r":[2-4]: doorbuster::Connection is a type of src/base/x.h already")

    def test_a_declaration_a_part_or_another_namespace_is_no_second_type(self):
        connection = "namespace doorbuster {\nclass Connection {\n};\n}\n"
        for other in ["namespace doorbuster {\nclass Connection;\nstruct Pool { struct Connection {}; };\n}\n",
                      "namespace doorbuster::pool {\nclass Connection {};\n}\n",
                      "namespace doorbuster {\nnamespace pool {\nclass Connection {};\n}\n}\n",
                      "namespace doorbuster {\nnamespace {\nclass Connection {};\n}\n}\n",
                      "namespace doorbuster {\nclass Pool::Connection {};\nstruct Hash<Connection> {};\n}\n",
                      "namespace doorbuster {\ntemplate <class Connection>\nint f(struct Connection x) { return 1; }\n}\n",
                      "// namespace doorbuster { class Connection {}; }\n"]:
            self.assertEqual([], self.two_types(connection, other), other)
        self.assertEqual([], self.two_types(connection, connection, "src/store/y_test.cpp"))
        self.assertEqual([], self.two_types(connection, connection, "src/store/testing_y.h"))


if __name__ == "__main__":
    unittest.main()
