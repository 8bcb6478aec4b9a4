// Package site lets people in one place go on with their meeting while there is
// no line to the province: the laptop of somebody who runs the meeting carries
// it. He writes down for the others what a secretary may write down (who came, who
// wants to speak: [Transcribe]), by ordinary commands that wait in his outbox;
// what only they can do themselves (their ballots) is executed beside his replica,
// by the same domain code, so that it can be counted ([Table]). The others see his
// records in the place of their own ([Board]).
//
// Nothing here is for good. Every laptop's own commands wait in its own outbox,
// and the server decides when the line is back. Those of the one who carries the
// meeting are kept by the laptops of others who run it, too, should his die.
package site
