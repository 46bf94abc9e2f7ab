const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[?25h\u001B[?1049l';
const TO_START = '\u001B[H';
const TO_LINE_END = '\u001B[K';
const TO_END = '\u001B[J';

interface Size {
  /** Cells in a line. */
  readonly width: number;
  /** Lines. */
  readonly height: number;
}

/** The size of a terminal; the usual one where it does not say, as some serial lines and recorders don't. */
export function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { width: columns || 80, height: rows || 24 };
}

/** A terminal's other screen, on which lines are drawn again and again. The one before comes back at the end. */
export class Screen {
  private readonly drawAgain = () => this.draw();
  private readonly suspended = () => this.suspend();
  private readonly continued = () => this.enter();

  /** @param lines what to show on a terminal of this size */
  constructor(
    private readonly terminal: NodeJS.WriteStream,
    private readonly lines: (size: Size) => readonly string[],
  ) {
    process.on('SIGTSTP', this.suspended).on('SIGCONT', this.continued);
    terminal.on('resize', this.drawAgain);
    this.enter();
  }

  /** Puts the lines in place of those before, without a moment in which there are none. */
  draw(): void {
    const lines = this.lines(sizeOf(this.terminal)).map((line) => line + TO_LINE_END);
    this.terminal.write(TO_START + lines.join('\n') + TO_END);
  }

  close(): void {
    process.off('SIGTSTP', this.suspended).off('SIGCONT', this.continued);
    this.terminal.off('resize', this.drawAgain);
    this.terminal.write(LEAVE);
  }

  private enter(): void {
    this.terminal.write(ENTER);
    this.draw();
  }

  /** Ctrl-Z: the shell gets back the screen that it had. */
  private suspend(): void {
    this.terminal.write(LEAVE);
    process.kill(process.pid, 'SIGSTOP');
  }
}
