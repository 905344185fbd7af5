"""Makes the film and the audio of this module, so that anyone can change a word and make them again.

All of it is our own: the drawings are code below, the words were written for this module, and a computer voice speaks
them. No recording, picture or music by anyone else is used, and nobody in it is a real person.

Needs ffmpeg, espeak-ng and the Python library cairosvg. Run `python make_media.py` in this folder. It writes
a-day-in-numbers.mp4, .vtt and .png and at-the-front-desk.mp3. The lessons carry the same words as transcripts: when you
change a line here, change it there too.
"""

from __future__ import annotations

import math
import subprocess
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path

import cairosvg

HERE = Path(__file__).parent
FPS = 12
RATE = 22050
PAUSE = 1.1

PLUM, DEEP, CORAL, HONEY = "#43275c", "#2e1747", "#d9482b", "#ffc857"
SAGE, SKY, PAPER, INK, WHITE = "#1d6b4f", "#1f5f8b", "#fbf7f1", "#221c2b", "#ffffff"

NARRATOR = ("en-gb-x-rp", 146, 46)
LEILA = ("en-gb-x-rp+f2", 150, 56)
KWAME = ("en-gb+m3", 142, 34)

FILM = [
    "Twenty to three in the morning. Yusuf calls, and Farida gets up for the third time tonight.",
    "Seven o'clock. Eleven tablets, two packed lunches and one clean shirt.",
    "Nine o'clock. Seven hours at work. In them, four phone calls about her husband, made in the stairwell.",
    "Six in the evening. From chair to bed: two arms, one sore back, and nobody ever showed her how.",
    "Half past nine. One thing that only they find funny. They laugh until he coughs.",
    "Ten o'clock. Twelve minutes to herself. Then she sets the alarm.",
    "How many people asked today how Farida is? None. It could have been one. It could have been you.",
]

DESK = [
    (LEILA, "Good morning. How can I help?"),
    (KWAME, "I've come for my brother's prescription. I drop it off to him before I go to bed."),
    (LEILA, "Before you go to bed? You've been at work all night?"),
    (KWAME, "On the buses, yes."),
    (LEILA, "And then you see to your brother. What sort of help do you give him?"),
    (KWAME, "Oh, just the usual. I ring him so he gets up. I see that he eats. I do his letters."),
    (KWAME, "I'm not a carer or anything. I'm just his brother."),
    (LEILA, "That's quite a lot for a brother. And how are things for you?"),
    (KWAME, "For me? Nobody asks me that. I'm tired, to tell you the truth."),
    (LEILA, "Thank you for telling me. Would it help if we made a note that you look after someone?"),
    (LEILA, "Then you would not have to explain each time. It's only if you want it."),
    (KWAME, "Who would see it?"),
    (LEILA, "The people who treat you here. Nobody else, unless you say so. And you can change your mind."),
    (KWAME, "All right then. Yes."),
    (LEILA, "There's also a local service for people who look after someone. They're free to talk to."),
    (LEILA, "Shall I write the number down, or would you like me to ring them with you?"),
    (KWAME, "Write it down. I'll think about it."),
    (LEILA, "Of course. Here you are. I'll ask again next month how you're getting on."),
]


# Sound ---------------------------------------------------------------------------------------------------------------


def speak(text: str, voice: tuple[str, int, int], target: Path) -> float:
    """Writes `text` as a WAV file and returns how many seconds it lasts."""
    name, speed, pitch = voice
    command = ["espeak-ng", "-v", name, "-s", str(speed), "-p", str(pitch), "-g", "1", "-a", "120", "-w", str(target)]
    subprocess.run([*command, text], check=True)
    with wave.open(str(target)) as sound:
        return sound.getnframes() / sound.getframerate()


def join(parts: list[tuple[Path, float]], target: Path) -> None:
    """Joins WAV files, each followed by so many seconds of silence."""
    with wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        for path, silence in parts:
            with wave.open(str(path)) as sound:
                out.writeframes(sound.readframes(sound.getnframes()))
            out.writeframes(b"\0\0" * int(RATE * silence))


SOFTEN = "highpass=f=90,lowpass=f=7000,loudnorm=I=-18:TP=-2:LRA=9"


# Drawing -------------------------------------------------------------------------------------------------------------


def ease(t: float) -> float:
    """0 to 1, slow at both ends; held outside."""
    t = max(0.0, min(1.0, t))
    return t * t * (3 - 2 * t)


def person(x: float, y: float, height: float, colour: str, lean: float = 0) -> str:
    """A figure of the mark's family: `x` centre, `y` foot line."""
    k = height / 34
    w = 8 * k
    turn = f' transform="rotate({lean:.1f} {x:.1f} {y:.1f})"' if lean else ""
    body = f"M{x - w:.1f} {y:.1f}v{-17 * k:.1f}a{w:.1f} {w:.1f} 0 0 1 {2 * w:.1f} 0v{17 * k:.1f}z"
    return f'<g{turn}><path d="{body}" fill="{colour}"/>{disc(x, y - 29 * k, 5 * k, colour)}</g>'


def disc(x: float, y: float, r: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{max(r, 0):.1f}" fill="{colour}"/>'


def box(x: float, y: float, w: float, h: float, colour: str, r: float = 0) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{r}" fill="{colour}"/>'


def stroke(d: str, colour: str, width: float = 5) -> str:
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"/>'


def words(x: float, y: float, text: str, size: float, colour: str, weight: int = 700) -> str:
    return f'<text x="{x}" y="{y}" font-family="sans-serif" font-size="{size}" font-weight="{weight}" fill="{colour}">{text}</text>'


def night(s: float) -> str:
    up = ease((s - 3.0) / 1.6)
    moon = '<path d="M548 40a34 34 0 1 0 30 52a28 28 0 0 1-30-52z" fill="#ffc857"/>'
    stars = "".join(disc(x, y, 2.6 + math.sin(s * 2 + x), "#efe8f5") for x, y in ((360, 60), (430, 34), (480, 96), (600, 128)))
    farida = person(420, 262 - 8 * up, 60 + 62 * up, CORAL)
    bed = box(330, 232, 220, 44, SKY, 12) + box(322, 190, 14, 100, PAPER, 6) + box(544, 214, 14, 76, PAPER, 6)
    yusuf = disc(364, 222, 14, HONEY) + box(378, 216, 150, 26, "#6c9cc0", 13)
    call = "".join(stroke(f"M{384 + r} {206 - r}a{r} {r} 0 0 1 0 {r * 1.2}", HONEY, 4) for r in (8, 16) if math.sin(s * 3) > -0.3 and s < 4)
    return moon + stars + farida + bed + yusuf + call


def morning(s: float) -> str:
    out = box(330, 262, 270, 10, PLUM, 5)
    for i in range(11):
        t = ease((s - 1.0 - i * 0.16) / 0.5)
        if t > 0:
            x, y = 342 + (i % 6) * 25, 60 + (100 + (i // 6) * 22) * t
            out += box(x, y, 21, 12, CORAL if i % 2 else SKY, 6)
    for i in range(2):
        t = ease((s - 3.2 - i * 0.4) / 0.6)
        if t > 0:
            x = 342 + i * 74
            out += f'<g opacity="{t:.2f}">{box(x, 218, 62, 44, HONEY, 8)}{box(x, 218, 62, 13, SAGE, 6)}</g>'
    t = ease((s - 4.4) / 0.7)
    if t > 0:
        shirt = "M516 190l22-16h28l22 16l18 26l-20 12l-8-10v44h-52v-44l-8 10l-20-12z"
        out += f'<g opacity="{t:.2f}"><path d="{shirt}" fill="{WHITE}"/>{stroke("M540 176l12 16l12-16", PLUM, 4)}</g>'
    return out


def work(s: float) -> str:
    out = ""
    for i in range(5):
        out += box(330 + i * 52, 250 - i * 34, 320 - i * 52, 300, "#c9bcd6" if i % 2 else "#d9cfe3")
    out += person(470, 182, 104, CORAL)
    calls = min(4, int(max(0.0, s - 3.2) / 0.85))
    for i in range(4):
        on = i < calls
        out += disc(356 + i * 34, 62, 12, CORAL if on else "#d9cfe3")
        if on:
            out += stroke(f"M{350 + i * 34} 62l5 6l8-11", WHITE, 3.5)
    if 0 < calls < 4 or (calls == 4 and s < 7):
        for r in (10, 19, 28):
            if math.sin(s * 5 - r) > -0.5:
                out += stroke(f"M{498 + r * 0.6:.0f} {96 - r * 0.8:.1f}a{r} {r} 0 0 1 0 {r * 1.6:.1f}", PLUM, 4)
    return out


def evening(s: float) -> str:
    t = ease((s - 2.0) / 3.2)
    arc = math.sin(math.pi * t)
    x = 376 + 176 * t
    chair = box(322, 176, 16, 100, PAPER, 6) + box(322, 240, 84, 14, PAPER, 6) + box(392, 240, 12, 36, PAPER, 4)
    bed = box(496, 240, 124, 34, SKY, 10) + box(612, 186, 14, 100, PAPER, 6) + box(496, 262, 12, 24, PAPER, 4)
    yusuf = person(x, 246 - 22 * arc, 92, HONEY, lean=8 * arc)
    hers = x + 46 - 96 * t
    farida = person(hers, 284, 122, CORAL, lean=8 * t - 16 * arc)
    pain = ""
    if s > 4.8:
        px, py, beat = hers - 34, 236, 8 + 3 * math.sin(s * 5)
        for angle in (math.pi - 0.7, math.pi, math.pi + 0.7):
            c, n = math.cos(angle), math.sin(angle)
            pain += stroke(f"M{px + beat * c:.1f} {py + beat * n:.1f}L{px + (beat + 14) * c:.1f} {py + (beat + 14) * n:.1f}", WHITE, 4)
    return chair + bed + yusuf + farida + pain


def laugh(s: float) -> str:
    shake = 3 * math.sin(s * 9) * (1 if 2.6 < s < 5.2 else 0)
    lamp = '<path d="M560 60h60l22 60h-104z" fill="#ffc857"/>' + box(586, 120, 8, 160, PLUM)
    sofa = box(330, 220, 220, 66, PLUM, 18) + box(318, 196, 34, 90, PLUM, 14) + box(530, 196, 34, 90, PLUM, 14)
    pair = person(404, 262 + shake, 112, HONEY) + person(470, 262 - shake, 118, CORAL)
    notes = ""
    if s > 2.4:
        for i, (x, y) in enumerate(((380, 118), (436, 96), (494, 112))):
            rise = ease((s - 2.4 - i * 0.3) / 1.2) * 16
            notes += stroke(f"M{x - 12} {y - rise:.1f}q12 16 24 0", CORAL, 5)
    return lamp + pair + sofa + notes


def herself(s: float) -> str:
    part = ease((s - 1.4) / 2.6) * 12 / 60
    a = 2 * math.pi * part
    cx, cy, r = 400, 150, 66
    pie = ""
    if part > 0.003:
        pie = f'<path d="M{cx} {cy}V{cy - r}A{r} {r} 0 0 1 {cx + r * math.sin(a):.1f} {cy - r * math.cos(a):.1f}z" fill="{CORAL}"/>'
    ring = f'<circle cx="{cx}" cy="{cy}" r="{r}" fill="{PAPER}"/>'
    ticks = "".join(
        stroke(f"M{cx + 58 * math.sin(k * math.pi / 6):.1f} {cy - 58 * math.cos(k * math.pi / 6):.1f}L{cx + 64 * math.sin(k * math.pi / 6):.1f} {cy - 64 * math.cos(k * math.pi / 6):.1f}", PLUM, 3)
        for k in range(12)
    )
    cup = box(518, 222, 52, 46, PAPER, 8) + stroke("M570 232q20 0 20 14t-20 14", PAPER, 7)
    steam = "".join(
        stroke(f"M{532 + i * 22} {206 - 4 * math.sin(s * 2 + i):.1f}q{6 * math.sin(s * 2 + i):.1f} -14 0 -28", "#c9bcd6", 4) for i in range(2)
    )
    return ring + pie + ticks + disc(cx, cy, 5, PLUM) + person(486, 276, 118, CORAL) + cup + steam + box(330, 268, 290, 10, "#6c5785", 5)


def asked(s: float) -> str:
    t = ease((s - 4.0) / 1.6)
    crowd = "".join(person(346 + i * 46, 262, 84 + (i % 2) * 10, "#d9cfe3") for i in range(6))
    you = person(640 - 108 * t, 282, 128, SAGE)
    bubble = ""
    if s > 5.6:
        o = ease((s - 5.6) / 0.6)
        bubble = f'<g opacity="{o:.2f}"><path d="M494 52h92a14 14 0 0 1 14 14v36a14 14 0 0 1-14 14h-46l-12 18v-18h-34a14 14 0 0 1-14-14V66a14 14 0 0 1 14-14z" fill="{SAGE}"/><path d="M540 106c-11-9-22-16-22-27a11 11 0 0 1 22-4a11 11 0 0 1 22 4c0 11-11 18-22 27z" fill="{HONEY}"/></g>'
    return crowd + person(470, 282, 120, CORAL) + you + bubble


Scene = tuple[str, str, str, str, Callable[[float], str], bool]
SCENES: list[Scene] = [
    ("2.40 am", "3", "times up tonight", DEEP, night, True),
    ("7 am", "11", "tablets", "#fff4d9", morning, False),
    ("9 am", "4", "calls, in the stairwell", "#efe8f5", work, False),
    ("6 pm", "1", "sore back", PLUM, evening, True),
    ("9.30 pm", "1", "shared joke", "#fdebe5", laugh, False),
    ("10 pm", "12", "minutes to herself", DEEP, herself, True),
    ("Today", "0", "people asked how she is", PAPER, asked, False),
]


def frame(index: int, s: float) -> str:
    """One picture of the film: scene `index`, `s` seconds into it."""
    time, number, label, ground, draw, dark = SCENES[index]
    ink, big = (PAPER, HONEY) if dark else (DEEP, CORAL)
    if index == len(SCENES) - 1 and s > 4.6:
        number, label, big = "1", "could have been you", SAGE
    show = ease(s / 0.5)
    lines = label.split(" ", 2) if len(label) > 16 else [label]
    if len(lines) == 3:
        lines = [" ".join(lines[:2]), lines[2]]
    text = words(36, 58, time, 24, ink) + words(32, 190, number, 124, big)
    text += "".join(words(36, 230 + 30 * i, line, 24, ink) for i, line in enumerate(lines))
    dots = "".join(disc(40 + 16 * i, 334, 4.5, big if i <= index else ("#6c5785" if dark else "#d9cfe3")) for i in range(len(SCENES)))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360">'
        f'{box(0, 0, 640, 360, ground)}<g opacity="{show:.2f}">{draw(s)}{text}</g>{dots}</svg>'
    )


def poster() -> str:
    people = person(470, 282, 190, PLUM) + person(552, 282, 146, CORAL)
    title = words(44, 130, "A day", 50, DEEP) + words(44, 184, "in numbers", 50, DEEP) + words(46, 226, "Farida's Tuesday", 24, INK, 400)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360">'
        f'{box(0, 0, 640, 360, "#fff4d9")}{disc(520, 176, 140, HONEY)}{people}{box(0, 282, 640, 78, PLUM)}{title}</svg>'
    )


# Putting it together -------------------------------------------------------------------------------------------------


def stamp(seconds: float) -> str:
    return f"{int(seconds // 3600):02}:{int(seconds // 60) % 60:02}:{seconds % 60:06.3f}"


def cue_text(text: str) -> list[str]:
    """A caption line split where a reader would breathe, at most 84 letters a cue."""
    cues: list[str] = []
    for sentence in text.replace("? ", "?|").replace(". ", ".|").split("|"):
        if cues and not cues[-1].endswith("?") and len(cues[-1]) + len(sentence) < 72:
            cues[-1] += " " + sentence
        else:
            cues.append(sentence)
    return cues


def make_film(folder: Path) -> None:
    parts, lengths = [], []
    for i, text in enumerate(FILM):
        path = folder / f"film{i}.wav"
        spoken = speak(text, NARRATOR, path)
        frames = math.ceil((spoken + PAUSE) * FPS)
        parts.append((path, frames / FPS - spoken))
        lengths.append((spoken, frames))
    join(parts, folder / "film.wav")

    captions, start = ["WEBVTT", ""], 0.0
    for text, (spoken, frames) in zip(FILM, lengths, strict=True):
        cues, at = cue_text(text), start
        for cue in cues:
            end = at + spoken * len(cue) / sum(len(c) for c in cues)
            captions += [f"{stamp(at)} --> {stamp(end)}", cue, ""]
            at = end
        start += frames / FPS
    (HERE / "a-day-in-numbers.vtt").write_text("\n".join(captions), encoding="utf-8")

    command = ["ffmpeg", "-v", "error", "-y", "-f", "image2pipe", "-framerate", str(FPS), "-i", "-", "-i", str(folder / "film.wav")]
    command += ["-af", SOFTEN, "-c:v", "libx264", "-preset", "veryslow", "-tune", "animation", "-crf", "25", "-pix_fmt", "yuv420p"]
    command += ["-c:a", "aac", "-b:a", "56k", "-ac", "1", "-ar", "44100", "-movflags", "+faststart", "-shortest"]
    command += ["-map_metadata", "-1", str(HERE / "a-day-in-numbers.mp4")]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin
        for index, (_, frames) in enumerate(lengths):
            for number in range(frames):
                encoder.stdin.write(cairosvg.svg2png(bytestring=frame(index, number / FPS).encode()))
    cairosvg.svg2png(bytestring=poster().encode(), write_to=str(HERE / "a-day-in-numbers.png"))


def make_conversation(folder: Path) -> None:
    parts = []
    for i, (voice, text) in enumerate(DESK):
        path = folder / f"desk{i}.wav"
        speak(text, voice, path)
        same = i + 1 < len(DESK) and DESK[i + 1][0] is voice
        parts.append((path, 0.25 if same else 0.6))
    join(parts, folder / "desk.wav")
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(folder / "desk.wav"), "-af", SOFTEN, "-ac", "1", "-ar", "22050"]
    subprocess.run([*command, "-c:a", "libmp3lame", "-b:a", "32k", "-map_metadata", "-1", str(HERE / "at-the-front-desk.mp3")], check=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        make_film(Path(name))
        make_conversation(Path(name))
