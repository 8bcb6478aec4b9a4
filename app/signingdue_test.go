package app

import "testing"

// TestSigningDue follows what the server has to do about a document's signatures:
// judge when the content is there, judge again what is not decided, time-stamp
// what is last in the file, and put evidence behind it, while it has not gone out.
func TestSigningDue(t *testing.T) {
	w := newWorld(t)
	due := func(what string, want SigningDue) {
		t.Helper()
		if got := w.doc("d1").SigningDue(); got != want {
			t.Errorf("%s: %b, not %b", what, got, want)
		}
	}
	doc := w.toSign("d1")
	due("nobody has signed", 0)
	w.must("x1.leader", "document.sign.1", "d1", sign(doc))
	due("the content has not come", 0)
	doc = w.doc("d1")
	main, _ := doc.MainFile()
	w.system("document.content_stored.1", "d1", &ContentStored{File: main})
	due("the content has come", DueVerdict)
	later := judged(w.doc("d1"), "INDETERMINATE", false)
	for id, v := range later.Signatures {
		v.Sub = "TRY_LATER"
		later.Signatures[id], later.Verdict = v, v
	}
	w.system("document.judge.1", "d1", later)
	due("to be tried later", DueLater|DueTrust|DueStamp)
	w.system("document.judge.1", "d1", judged(w.doc("d1"), "INDETERMINATE", false))
	due("other roots may decide it", DueTrust|DueStamp)
	w.system("document.judge.1", "d1", judged(w.doc("d1"), "TOTAL-FAILED", false))
	due("nothing helps", 0)
	w.system("document.judge.1", "d1", judged(w.doc("d1"), "TOTAL-PASSED", false))
	due("a time-stamp is missing", DueStamp)
	w.system("document.judge.1", "d1", judged(w.doc("d1"), "TOTAL-PASSED", true))
	due("all is done", 0)
	w.must("x1.clerk", "document.number.1", "d1", &Number{Book: "x1.di"})
	w.must("x1.clerk", "document.seal.1", "d1", sealed(w.doc("d1")))
	doc = w.doc("d1")
	main, _ = doc.MainFile()
	w.system("document.content_stored.1", "d1", &ContentStored{File: main})
	due("the seal is to be judged", DueVerdict)
	w.system("document.judge.1", "d1", judged(w.doc("d1"), "TOTAL-PASSED", false))
	due("the seal has no time-stamp", DueStamp)
	w.system("document.judge.1", "d1", judged(w.doc("d1"), "TOTAL-PASSED", true))
	due("the file holds no evidence", DueEvidence)
	w.system("document.judge.1", "d1", completed(w.doc("d1"), LevelLT))
	due("no time-stamp over it", DueArchive)
	w.system("document.judge.1", "d1", completed(w.doc("d1"), LevelLTA))
	due("all is in the file", 0)
	w.system("document.judge.1", "d1", completed(w.doc("d1"), LevelLT))
	w.must("x1.clerk", "document.issue.1", "d1", &Issue{})
	due("it has gone out as it is", 0)
	in := w.state(CopyID("d1", "so"), InWaiting)
	if in.SigningDue() != DueVerdict {
		t.Errorf("what arrived: %b", in.SigningDue())
	}
}
