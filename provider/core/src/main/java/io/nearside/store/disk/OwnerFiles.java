package io.nearside.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes files that are whole or not there, even if the machine dies meanwhile. Where the file
 * system knows of owners, only the process's user may read them.
 */
final class OwnerFiles {
  private static final String POSIX = "posix";

  private OwnerFiles() {}

  /** Replaces a file, or makes it. The temporary one beside it must be no other thread's. */
  static void replace(Path file, Path temporary, byte[] content) throws IOException {
    try {
      write(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Makes a file unless there is one; nobody ever sees a part of it. */
  static void makeIfAbsent(Path file, Path temporary, byte[] content) throws IOException {
    try {
      write(temporary, content);
      link(file, temporary);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void link(Path file, Path temporary) throws IOException {
    try {
      Files.createLink(file, temporary);
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (!Files.exists(file)) { // else somebody was faster; here a file system without links
        Files.move(temporary, file);
      }
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file); // of a JVM that died meanwhile
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), rights(file))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        int unused = channel.write(left);
      }
      channel.force(true);
    }
  }

  private static FileAttribute<?>[] rights(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains(POSIX)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
