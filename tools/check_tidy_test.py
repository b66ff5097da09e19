#!/usr/bin/env python3
"""Each rule of check_tidy.py can fail: small made-up trees, each with one breach, and what must stay allowed."""

import os
import tempfile
import unittest

import check_tidy
import cpp_text

HEADER = "// What it is.\n#pragma once\n"


class Tidy(unittest.TestCase):
    def breaches(self, files, form=False):
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                os.makedirs(os.path.dirname(os.path.join(root, path)) or root, exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            return check_tidy.check(root, form)

    def clean(self, path, text, **more):
        self.assertEqual([], self.breaches({path: text, **more}))

    def one_breach(self, path, text, said, more=None):
        found = self.breaches({path: text, **(more or {})})
        self.assertEqual(len(found), 1, found)
        self.assertIn(said, found[0])

    def test_a_header_opens_with_its_contract_and_stands_once(self):
        self.clean("src/base/x.h", HEADER)
        self.one_breach("src/base/x.h", "#pragma once\n", "opens with its contract")
        self.one_breach("src/base/x.h", "// What it is.\n", "#pragma once")

    def test_files_functions_and_lines_have_their_length(self):
        self.clean("src/base/x.cpp", "int a;\n" * 600)
        self.one_breach("src/base/x.cpp", "int a;\n" * 601, "601 lines")
        self.one_breach("src/base/x.cpp", "\n// " + "x" * 98 + "\n", "x.cpp:2: 101 columns")
        self.clean("src/base/x.cpp", "void f() {\n" + "  g();\n" * 68 + "}\n")
        self.one_breach("src/base/x.cpp", "void f() {\n" + "  g();\n" * 69 + "}\n", "71 lines; at most 70")

    def test_a_long_function_is_found_wherever_it_stands(self):
        body = " {\n" + "  if (a) {\n  b();\n  }\n" * 30 + "}\n"
        for head in ["TEST(A, B)", "A::A() : a_{1}, b_(2)", "A::A(int a) : a_{a}", "auto f = [](int a) -> int",
                     "struct A {\n void f() const", "namespace a { class B : C<D> {\n public:\n void f()",
                     "template <class T>\nT f(T t = {})"]:
            self.one_breach("src/base/x.cpp", head + body, "lines; at most 70")

    def test_what_only_looks_like_a_function_is_no_long_one(self):
        lines = "  int a;\n" * 90
        self.clean("src/base/x.cpp", "class A {\n" + lines + "};\n")
        self.clean("src/base/x.cpp", "namespace {\n" + lines + "}\n")
        self.clean("src/base/x.cpp", "const int kTable[] = {\n" + "  1,\n" * 90 + "};\n")
        self.clean("src/base/x.cpp", "#define A(b) \\\n  1, \\\n  f(b)\n\nnamespace {\n" + lines + "}\n")
        self.clean("src/base/x.cpp", "/* void f() {\n" + lines + "} */\nconst char* t = R\"(\n" + "{\n" * 90 + ")\";\n")

    def test_unfinished_work_is_not_left_in_the_code(self):
        self.one_breach("src/base/x.cpp", "// TO" "DO later\n", "unfinished")
        self.one_breach("tools/x", "# FIX" "ME\n", "unfinished")

    def test_time_and_chance_come_through_base(self):
        self.clean("src/base/x.cpp", "auto t = std::chrono::steady_clock::now();\n")
        for call in ["std::chrono::steady_clock::now()", "system_clock :: now()", "std::random_device{}()",
                     "clock_gettime(CLOCK_MONOTONIC, &t)"]:
            self.one_breach("src/run/x.cpp", f"auto t = {call};\n", "time and chance")
        self.clean("src/run/x.cpp", "// steady_clock::now()\nauto t = \"random_device\";\n")

    def test_processes_are_started_in_the_sandbox(self):
        self.clean("src/sandbox/x.cpp", "int f() { return ::fork(); }\n")
        for call in ["fork()", "::fork()", "::execv(a, b)", "std::system(a)", "posix_spawn(a)", "return fork()"]:
            self.one_breach("src/run/x.cpp", f"void f() {{ {call}; }}\n", "processes are started")
        self.clean("src/run/x_test.cpp", "void f() { std::system(a); }\n")
        self.clean("src/run/x.cpp", "Random Random::fork(int);\nRandom fork(int);\nauto a = r.fork(1), b = p->fork(2);\n")

    def test_a_temporary_that_owns_memory_is_named_before_a_co_await(self):
        self.one_breach("src/load/x.cpp", "Task<int> f() { co_await buy(Order{id, name}); }\n", "temporary Order")
        self.one_breach("src/load/x.cpp", "Task<int> f() {\n co_await buy(\n  a::Pair<A>{id}); }\n", "x.cpp:2: temporary")
        self.clean("src/load/x.cpp", "Task<int> f() { Order o{id}; co_await buy(std::move(o)); Order p{1}; }\n")

    def test_operations_of_the_store_are_harmless_unless_they_own_memory(self):
        store = {"src/store/cache.h": HEADER + "enum class Id : int {};\nstruct Get { Key key; };\n"
                 "struct Put { std::string key; };\nstruct Twice { Put put; };\n"}
        self.assertEqual([], self.breaches({"src/load/x.cpp": "T f() { co_await c(Get{k}, Id{1}); }\n", **store}))
        self.one_breach("src/load/x.cpp", "T f() { co_await c(Put{k}); }\n", "temporary Put", store)
        self.one_breach("src/load/x.cpp", "T f() { co_await c(Twice{k}); }\n", "temporary Twice", store)

    def test_no_closure_and_no_ternary_inside_a_co_await(self):
        for operand in ["run([&a] { return a; })", "run(b, [=] { return 1; })", "[x] { return x; }()"]:
            self.one_breach("src/load/x.cpp", f"T f() {{ co_await {operand}; }}\n", "capturing lambda inside")
        self.one_breach("src/load/x.cpp", "T f() { co_await (a ? b() : c()); }\n", "ternary")
        self.clean("src/load/x.cpp", "T f() { co_await run([] { return 1; }, a[i], b [j]); return x ? y : z; }\n")

    def test_a_lambda_that_captures_is_no_coroutine(self):
        for captures in ["&", "=", "this", "&a, b"]:
            self.one_breach("src/load/x.cpp", f"auto f = [{captures}](int a) -> Task<int> {{ co_return a; }};\n",
                            "a lambda that captures")
        self.one_breach("src/load/x.cpp", "T f() { return [&] { co_await g(); }; }\n", "a lambda that captures")
        self.clean("src/load/x.cpp", "auto f = [](int a) -> Task<int> { co_return a; };\n")
        self.clean("src/load/x.cpp", "void f() { a([&] { b([](int i) -> T { co_return i; }); }); }\n")
        self.clean("src/load/x.cpp", "T f() { int a[3]; if (a[0]) { co_await g(); } co_return 1; }\n")

    @unittest.skipIf(check_tidy.clang_format_version() != check_tidy.CLANG_FORMAT, "needs the house's clang-format")
    def test_the_form_is_clang_formats(self):
        style = {".clang-format": "BasedOnStyle: Google\n"}
        self.assertEqual([], self.breaches({"src/base/x.cpp": "int a;\n", **style}, form=True))
        found = self.breaches({"src/base/x.cpp": "int  a;\n", **style}, form=True)
        self.assertEqual(len(found), 1, found)
        self.assertIn("clang-format -i src/base/x.cpp", found[0])


class Blank(unittest.TestCase):
    def test_comments_and_strings_become_spaces_of_the_same_length(self):
        text = "a(\"x\\\"{\", '{', 10'000); // {\n/* {\n */ R\"sql({\"{)sql\" b\n"
        blanked = cpp_text.blank(text)
        self.assertEqual(len(text), len(blanked))
        self.assertEqual(text.count("\n"), blanked.count("\n"))
        self.assertNotIn("{", blanked)
        self.assertIn("10'000", blanked)
        self.assertIn("b\n", blanked)


if __name__ == "__main__":
    unittest.main()
