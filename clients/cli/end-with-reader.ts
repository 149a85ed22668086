/** Ends the process quietly once whoever reads its output has gone, as `head` does: what is left to say has no reader. */
export const endWithReader = (stream: NodeJS.WritableStream): void => {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
};
