package app

import "slices"

// relation is a way in which an actor stands to a document.
type relation struct {
	name string // "can.as_<name>" and "can.needs_<name>" are reasons
	has  func(*question) (Grant, bool)
}

// clause allows an action to those in a relation, in some states.
type clause struct {
	who relation
	in  []State
}

// policies maps each action on documents to its clauses: any one is enough.
type policies map[Action][]clause

// States in which things happen, by name.
var (
	isNew       = []State{""}
	inIntake    = []State{InWaiting, InReceived}
	inDesk      = []State{InWaiting, InReceived, InRegistered}
	inFixable   = []State{InReceived, InRegistered}
	inWork      = []State{InDistributed, InHandling}
	inLeader    = []State{InSubmitted, InDistributed, InHandling}
	inAlive     = []State{InWaiting, InReceived, InRegistered, InSubmitted, InDistributed, InHandling, InDone, InReturned}
	outOwn      = []State{OutDraft, OutSentBack}
	outUnderway = []State{OutReview, OutContentCheck, OutFormCheck, OutToSign}
	outClerk    = []State{OutFormCheck, OutToSign, OutSigned, OutToNumber, OutNumbered, OutToSeal, OutSealed, OutToIssue}
	outToSeal   = []State{OutToNumber, OutNumbered, OutToSeal}
	outSent     = []State{OutIssued, OutArchived}
	outAlive    = []State{OutDraft, OutReview, OutContentCheck, OutFormCheck, OutToSign, OutSigned, OutToNumber,
		OutNumbered, OutToSeal, OutSealed, OutToIssue, OutIssued, OutArchived, OutSentBack}
)

// policy is the whole table: who may do what to a document in which state.
var policy = policies{
	// Văn bản đến.
	"document.receive":         {{relClerk, isNew}},
	"document.accept":          {{relClerk, []State{InWaiting}}},
	"document.register":        {{relClerk, inIntake}},
	"document.return_incoming": {{relClerk, inDesk}},
	"document.submit": {
		{relClerk, []State{InRegistered}},
		{relSubmitted, []State{InSubmitted}},
		{relLeader, []State{InSubmitted}},
	},
	"document.direct": {
		{relAddressee, inLeader},
		{relOfficeLeader, inLeader},
		{relPasser, inWork},
	},
	"document.seen":          {{relReceiver, []State{InDistributed, InHandling, InDone}}},
	"document.start_task":    {{relReceiver, inWork}},
	"document.answer":        {{relReceiver, inWork}},
	"document.return_task":   {{relReceiver, inWork}},
	"document.accept_answer": {{relDirector, inWork}, {relLeader, inWork}},
	"document.reject_answer": {{relDirector, inWork}, {relLeader, inWork}},
	"document.remind": {
		{relDirector, inWork}, {relLeader, inWork}, {relClerk, inWork},
	},
	"document.withdraw_directive": {{relDirector, inWork}, {relLeader, inWork}},
	"document.ask_extension":      {{relReceiver, inWork}},
	"document.decide_extension":   {{relDirector, inWork}, {relLeader, inWork}},
	"document.complete": {
		{relClerk, []State{InRegistered}},
		{relSubmitted, inLeader},
		{relLeader, inLeader},
	},

	// Văn bản đi.
	"document.draft":         {{relStaff, isNew}},
	"document.register_send": {{relClerk, isNew}},
	"document.submit_draft":  {{relDrafter, outOwn}},
	"document.check_content": {{relDraftHead, []State{OutContentCheck}}},
	"document.check_form":    {{relClerk, []State{OutFormCheck}}},
	"document.approve_draft": {{relApprover, []State{OutReview}}},
	"document.send_back": {
		{relApprover, []State{OutReview}},
		{relDraftHead, []State{OutContentCheck}},
		{relClerk, []State{OutFormCheck}},
		{relSubmitted, []State{OutToSign}},
	},
	"document.record_signature": {
		{relSubmitted, []State{OutToSign}},
		{relClerk, append([]State{OutToSign}, outToSeal...)},
	},
	"document.sign": {{relSubmitted, []State{OutToSign}}},
	"document.seal": {{relClerk, []State{OutNumbered, OutToSeal}}},
	"document.initial": {
		{relDraftHead, []State{OutContentCheck}},
		{relClerk, []State{OutFormCheck}},
		{relApprover, []State{OutReview}},
	},
	"document.number": {{relClerk, []State{OutSigned}}},
	// By the holder of its book, when it has one and no number.
	"document.give_number": {{relClerk, []State{InRegistered, InSubmitted, InDistributed, InHandling, InDone, OutToNumber, OutToIssue}}},
	"document.issue":       {{relClerk, []State{OutSealed, OutToNumber}}},
	"document.archive":     {{relClerk, []State{OutIssued}}},
	"document.copy":        {{relClerk, copyStates}},
	"document.recall":      {{relClerk, outSent}, {relLeader, outSent}},
	"document.cancel": {
		{relDrafter, outOwn},
		{relClerk, outClerk},
		{relLeader, outClerk[1:]},
	},

	// Both.
	"document.withdraw": {{relClerk, []State{InSubmitted}}, {relDrafter, outUnderway}},
	"document.edit": {
		{relClerk, inFixable},
		{relDrafter, outOwn},
		{relDraftHead, []State{OutContentCheck}},
		{relApprover, []State{OutReview}},
		{relClerk, []State{OutFormCheck}},
	},
	"document.add_file": {
		{relClerk, inFixable},
		{relReceiver, inWork},
		{relDrafter, outOwn},
		{relDraftHead, []State{OutContentCheck}},
		{relApprover, []State{OutReview}},
		{relClerk, []State{OutFormCheck}},
	},
	"document.remove_file": {
		{relClerk, inFixable},
		{relDrafter, outOwn},
		{relClerk, []State{OutFormCheck}},
	},
	"document.remark": {{relReader, inAlive}, {relReader, outAlive}},

	"document.hand_over": {{relRedistributor, slices.Concat(inAlive, outAlive)}},

	// The server only: no relation of a person carries it.
	"document.content_stored": {{relServer, slices.Concat(inAlive, outAlive)}},
	"document.judge":          {{relServer, slices.Concat(inAlive, outAlive)}},
	"document.open_hand_over": {{relServer, slices.Concat(inAlive, outAlive)}},
}

// DocumentActions are the actions on an existing document, in the order in
// which a screen shows them.
var DocumentActions = []Action{
	ActRead, ActDownload,
	"document.accept", "document.register", "document.submit", "document.return_incoming",
	"document.direct", "document.seen", "document.start_task", "document.answer", "document.return_task",
	"document.accept_answer", "document.reject_answer", "document.remind", "document.withdraw_directive",
	"document.ask_extension", "document.decide_extension", "document.complete",
	"document.submit_draft", "document.check_content", "document.check_form", "document.approve_draft",
	"document.initial", "document.send_back", "document.sign", "document.record_signature", "document.number",
	"document.give_number", "document.seal", "document.issue",
	"document.copy", "document.archive", "document.recall", "document.cancel",
	"document.withdraw", "document.edit", "document.add_file", "document.remove_file", "document.remark",
	"document.hand_over",
}

// concerns reports whether the action can ever happen to documents of the direction.
func (p policies) concerns(act Action, dir Direction) bool {
	if act == ActRead || act == ActDownload {
		return true
	}
	return slices.ContainsFunc(p[act], func(c clause) bool {
		return slices.ContainsFunc(c.in, func(s State) bool { return s.Direction() == dir })
	})
}

// Direction is the direction of the documents that can be in the state; 0 when unknown.
func (s State) Direction() Direction {
	switch {
	case slices.Contains(inAlive, s), s == InRecalled:
		return Incoming
	case slices.Contains(outAlive, s), s == OutCancelled, s == OutRecalled, s == OutReplaced, s == OutCorrected:
		return Outgoing
	}
	return 0
}
