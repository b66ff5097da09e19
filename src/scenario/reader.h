// Reads a document's values as the key table types them: a default where the file says nothing, a
// problem and the default where what it says is wrong. Asking for a name that has no row in the
// table, or by another type than the row's, is a bug. Values that nobody asked for have no effect,
// and that is a problem too. Thread-compatible; document and problems outlive it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "scenario/document.h"
#include "scenario/keys.h"
#include "scenario/problem.h"

namespace doorbuster {

class Reader {
 public:
  Reader(const Document& document, Problems& problems) : document_(document), problems_(problems) {}

  std::string text(const std::string& name);
  std::string word(const std::string& name);
  bool flag(const std::string& name);
  std::int64_t whole(const std::string& name);
  double number(const std::string& name);  // shares and parts of distributions too
  Duration duration(const std::string& name);
  std::vector<std::string> names(const std::string& name);

  bool given(const std::string& name) const { return document_.values.contains(name); }
  bool table_given(const std::string& name) const { return document_.tables.contains(name); }
  int size_of_list(const std::string& name) const;
  bool sound(const std::string& name) const { return !unsound_.contains(name); }
  // As it stands in the file, for a message; REQUIRES: given.
  const Value& at(const std::string& name) const { return document_.values.find(name)->second; }
  const Document& document() const { return document_; }

  // A problem with a value that is read well but cannot be: "load.at = \"9s\": <message>".
  void refuse(const std::string& name, std::string_view message);
  // A problem at a place of no value: at the innermost table of `name` that the file has.
  void complain(const std::string& name, std::string message);
  // As given but without effect, for a reason that is told elsewhere.
  void ignore_under(std::string_view prefix);

  // Refuses every value that nobody asked for.
  void refuse_unread();

 private:
  const KeyRow& row(const std::string& name, std::initializer_list<KeyKind> kinds) const;
  const Value* find(const std::string& name);  // marks it as asked for
  bool in_range(const std::string& name, const KeyRow& key, double value, const std::string& low,
                const std::string& high);

  const Document& document_;
  Problems& problems_;
  std::set<std::string, std::less<>> read_;
  std::set<std::string, std::less<>> unsound_;
};

}  // namespace doorbuster
