"""Small words of the grammar: determiners, pronouns, prepositions, auxiliaries."""

from __future__ import annotations

DETERMINERS = {"the", "a", "an", "all", "any", "our", "their", "its", "his", "her", "some", "these", "those", "every",
               "each", "different", "distinct", "unique", "individual", "various", "of", "such"}  # fmt: skip
PRONOUNS = {"they", "he", "she", "it", "we", "you", "them", "i"}
RELATIVES = {"who", "that", "which", "whom"}
PREPOSITIONS = {"of", "in", "from", "by", "for", "at", "on", "to", "among", "across", "within", "through", "with",
                "about", "under", "into", "over", "between", "as", "via", "using", "during"}  # fmt: skip
AUXILIARIES = {"be", "have", "do", "can", "could", "will", "would", "should", "may", "might"}
NEGATIONS = {"not", "never", "neither"}
AND = {"and", "plus"}
