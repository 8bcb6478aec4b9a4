package site

import (
	"slices"

	"khonggiay/app"
)

// carried are the commands that a laptop passes on to the one that carries the
// meeting.
var carried = []string{"attendance.check_in.1", "attendance.check_in_code.1", "attendance.ready.1", "attendance.ask_help.1",
	"session.ask_to_speak.1", "ballot.cast.1"}

// Takes reports whether commands of the name are passed on.
func Takes(name string) bool { return slices.Contains(carried, name) }

// Transcribe is what the one who carries the meeting gives in his own name for
// what somebody at the place gave, as a secretary writes down who came and who
// wants to speak. It is an ordinary command of his, so that what he does next (to
// call the speaker) never comes to the server before what it is about. nil means
// that nobody can do it for another.
func Transcribe(cmd *app.Command) *app.Command {
	switch args := cmd.Args.(type) {
	case *app.CheckIn:
		how := app.PresentInRoom
		if args.Online {
			how = app.PresentOnline
		}
		return present(args.Meeting, cmd, how)
	case *app.CheckInCode:
		return present(args.Meeting, cmd, app.PresentInRoom)
	case *app.AskToSpeak:
		return &app.Command{Name: "session.enter_speech.1", Target: app.Key{Kind: app.KindSession, ID: app.SessionID(args.Meeting)},
			Args: &app.EnterSpeech{Meeting: args.Meeting, Person: cmd.Actor, Wish: args.Wish, As: cmd.ID}}
	case *app.ReadyForVote:
		return &app.Command{Name: "attendance.note_ready.1", Target: attendance(args.Meeting, cmd.Actor),
			Args: &app.NoteReady{Meeting: args.Meeting, Person: cmd.Actor, Vote: args.Vote}}
	case *app.AskHelp:
		return &app.Command{Name: "attendance.note_help.1", Target: attendance(args.Meeting, cmd.Actor),
			Args: &app.NoteHelp{Meeting: args.Meeting, Person: cmd.Actor, Kind: args.Kind, Text: args.Text, As: cmd.ID}}
	}
	return nil
}

// WrittenDown is the command for which somebody else wrote this one down; 0 = he
// did not.
func WrittenDown(cmd *app.Command) app.CommandID {
	switch args := cmd.Args.(type) {
	case *app.SetAttendance:
		return args.As
	case *app.EnterSpeech:
		return args.As
	case *app.NoteHelp:
		return args.As
	}
	return 0
}

func present(meeting app.ID, cmd *app.Command, how app.Presence) *app.Command {
	return &app.Command{Name: "attendance.set.1", Target: attendance(meeting, cmd.Actor),
		Args: &app.SetAttendance{Meeting: meeting, Person: cmd.Actor, Presence: how, As: cmd.ID}}
}

func attendance(meeting, person app.ID) app.Key {
	return app.Key{Kind: app.KindAttendance, ID: app.AttendanceID(meeting, person)}
}
