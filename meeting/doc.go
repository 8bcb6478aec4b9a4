// Package meeting is what is live about a meeting and is not a command: what the
// chair's console, the participants' page and the displays show at a moment. It
// computes that from records alone, so that a laptop without a line shows the same
// as the province, and it reads no clock: whoever asks says what time it is.
//
// [BoardOf] is a function of the records and the moment. What the clock alone
// changes – an item or a speech that goes over its time – is among the
// [Board.Warnings] of the moment, and [Board.ChangesAt] says when to ask again, so
// no screen has to ask every second. The clocks themselves are told as stopwatches
// (spent, and since when they run): each screen lets them run by itself.
//
// A [Conference] is what is live about sound and pictures: who is in the room, who
// may be heard and seen, what all screens show. It is a state that whoever carries
// it changes by its methods, saves and restores; [Conference.Allowed] alone decides
// what is let through (TestConferenceProperties).
//
// The queue's order and the quorum are decided by [app.QueueOrder] and [app.Quorum],
// which the commands use, too. What holds of a board is proved by TestBoardProperties.
package meeting
