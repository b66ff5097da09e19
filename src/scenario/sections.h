// The parser's parts, one for each table of a scenario file. Each reads its keys, reports what is
// wrong to the reader and returns what could be read. Inside this room only.
#pragma once

#include "scenario/reader.h"
#include "scenario/scenario.h"
#include "scenario/vocabulary.h"

namespace doorbuster {

Shop read_shop(Reader& in);
Load read_load(Reader& in);
Buyers read_buyers(Reader& in, const Load& load);
StoreSettings read_stores(Reader& in, int shards);
// The vocabulary and, as strategies of their own, the names that [strategy.NAME] is = "..." gives.
Vocabulary with_given_names(Reader& in, const Vocabulary& vocabulary);
// What is around them may speak against a strategy's options.
std::vector<StrategyChoice> read_strategies(Reader& in, const Vocabulary& vocabulary,
                                            const Around& around);
std::vector<Trouble> read_troubles(Reader& in, const Vocabulary& vocabulary);
std::vector<Fault> read_faults(Reader& in, const Load& load, const StoreSettings& stores,
                               const Vocabulary& vocabulary);
std::vector<Expectation> read_expectations(Reader& in, const Vocabulary& vocabulary);
std::vector<Threshold> read_thresholds(Reader& in, const Vocabulary& vocabulary);

// What [[trouble]] and [[fault]] say alike of operations that are struck, under `prefix`. `when` is
// the key of before and after, `kind` the word that was read.
Trouble read_strike(Reader& in, const std::string& prefix, const std::string& when,
                    std::string_view kind, const Vocabulary& vocabulary);
// The names under `prefix` + "strategies", each checked.
std::vector<std::string> read_struck(Reader& in, const std::string& prefix,
                                     const Vocabulary& vocabulary);

// Refuses a strategy's name that the vocabulary has not, with the nearest. `place` is the value or
// table that names it.
bool check_strategy(Reader& in, const std::string& place, const std::string& name,
                    const Vocabulary& vocabulary);

}  // namespace doorbuster
