package sqlite

import (
	"database/sql"
	"strconv"
	"unicode/utf8"
)

// maxWords is how many words an unfinished one may stand for; beginnings of
// more are left to the index itself.
const maxWords = 96

// expand lists what the last word of an unfinished term may become, the word
// itself first. ok is false when that is too much to name.
func (v *View) expand(beginning string) (words []string, ok bool, err error) {
	words = []string{beginning}
	err = v.each("SELECT word FROM search_word WHERE word > ? AND word < ? ORDER BY word LIMIT "+strconv.Itoa(maxWords+1),
		[]any{beginning, beginning + "\U0010FFFF"}, func(rows *sql.Rows) error {
			var w string
			err := rows.Scan(&w)
			words = append(words, w)
			return err
		})
	return words, len(words) <= maxWords, err
}

// ready is the length up to which the index itself knows what begins with some
// letters: its option prefix, in the schema of each role.
func (r Role) ready() int {
	if r == Server {
		return 3
	}
	return 1
}

// spell expands the unfinished terms that the index has no answer ready for.
func (v *View) spell(terms []term) error {
	for i := range terms {
		t := &terms[i]
		last := t.words[len(t.words)-1]
		if !t.prefix || utf8.RuneCountInString(last) <= v.store.opts.Role.ready() {
			continue
		}
		words, ok, err := v.expand(last)
		if err != nil {
			return err
		}
		if ok {
			t.spelled = words
		}
	}
	return nil
}

// putWords adds the words of texts to those of the index.
func (tx *Tx) putWords(texts ...string) error {
	known, err := tx.knownWords()
	if err != nil {
		return err
	}
	for _, text := range texts {
		for w := range eachWord(text) {
			if known[w.text] || tx.words[w.text] {
				continue
			}
			if err := tx.exec("INSERT INTO search_word (word) VALUES (?) ON CONFLICT DO NOTHING", w.text); err != nil {
				return err
			}
			if tx.words == nil {
				tx.words = map[string]bool{}
			}
			tx.words[string([]byte(w.text))] = true // without the rest of its text
		}
	}
	return nil
}

// knownWords are the words of the last commit.
func (tx *Tx) knownWords() (map[string]bool, error) {
	s := tx.store
	if s.words != nil {
		return s.words, nil
	}
	known := map[string]bool{}
	err := tx.each("SELECT word FROM search_word", nil, func(rows *sql.Rows) error {
		var w string
		err := rows.Scan(&w)
		known[w] = true
		return err
	})
	if err == nil {
		s.words = known
	}
	return known, err
}

// committed keeps the transaction's words in mind.
func (s *Store) committed(tx *Tx) {
	if s.words == nil {
		return
	}
	for w := range tx.words {
		s.words[w] = true
	}
}

// forgetWords drops the words that stand in no document any more. The index
// must hold none of them either, or they would come again.
func (tx *Tx) forgetWords() error {
	tx.store.words, tx.words = nil, nil
	return tx.exec("DELETE FROM search_word WHERE word NOT IN (SELECT term FROM document_word WHERE col <> 'scopes')")
}
