package io.nearside.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** Files of a disk that is full, or fails to flush, when it is told to. */
public final class BadDisk extends FilePathWrapper {
  private static final String SCHEME = "baddisk";
  private static volatile boolean full;
  private static volatile boolean unflushed;

  static {
    FilePath.register(new BadDisk());
  }

  static String name(Path file) {
    return SCHEME + ":" + file;
  }

  static void fill() {
    full = true;
  }

  static void failToFlush() {
    unflushed = true;
  }

  static void heal() {
    full = false;
    unflushed = false;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    return new Channel(super.open(mode));
  }

  /** As the one behind it. */
  private static final class Channel extends FileChannel {
    private final FileChannel disk;

    Channel(FileChannel disk) {
      this.disk = disk;
    }

    private static void refuseWhenFull() throws IOException {
      if (full) {
        throw new IOException("no space left on device");
      }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      refuseWhenFull();
      return disk.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      refuseWhenFull();
      return disk.write(sources, offset, length);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      refuseWhenFull();
      return disk.write(source, position);
    }

    @Override
    public void force(boolean metaData) throws IOException {
      if (unflushed) {
        throw new IOException("the disk does not answer");
      }
      disk.force(metaData);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return disk.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
      return disk.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return disk.read(target, position);
    }

    @Override
    public long position() throws IOException {
      return disk.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      disk.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return disk.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      disk.truncate(size);
      return this;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      return disk.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
        throws IOException {
      return disk.transferFrom(source, position, count);
    }

    @Override
    public java.nio.MappedByteBuffer map(MapMode mode, long position, long size)
        throws IOException {
      return disk.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return disk.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return disk.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      disk.close();
    }
  }
}
