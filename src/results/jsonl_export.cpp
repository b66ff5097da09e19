#include "history/operation_stream.h"
#include "results/history_export.h"

namespace doorbuster {
namespace {

// Each with a comma before it; nothing where it is not known.
void add_known(TextOutput& output, const Operation& operation) {
  if (operation.value != kNoStock) output.add(",\"value\":{}", operation.value);
  if (operation.version != kNoVersion) output.add(",\"version\":{}", operation.version);
  if (operation.source != AnswerSource::unnamed) {
    output.add(",\"source\":\"{}\"", to_string(operation.source));
  }
}

}  // namespace

Result<Done> export_jsonl(const HistoryFile& history, TextOutput& output) {
  OperationStream stream(history);
  while (const Operation* operation = stream.next()) {
    const Operation& o = *operation;
    output.add("{{\"clientId\":{},\"call\":{},\"return\":{},\"input\":{{\"op\":{},\"kind\":\"{}\"",
               number(o.buyer), since_start(o.started).count(), since_start(o.finished).count(),
               number(o.op), to_string(o.kind));
    output.add(",\"item\":{},\"quantity\":{},\"attempt\":{}", number(o.item), o.quantity,
               o.attempt);
    if (o.key != kNoKey) output.add(",\"key\":{}", number(o.key));
    output.add("}},\"output\":{{\"outcome\":\"{}\"", to_string(o.outcome));
    add_known(output, o);
    output.add("}}}}\n");
  }
  if (stream.error()) return *stream.error();
  return output.finish();
}

}  // namespace doorbuster
