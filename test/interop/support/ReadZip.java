import java.io.BufferedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Reads a zip from standard input the way a GIFT-Cloud server does, and prints name and length of every entry. */
public class ReadZip {
  public static void main(String[] arguments) throws Exception {
    byte[] buffer = new byte[1 << 16];
    try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(System.in, 1 << 20))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        long length = 0;
        for (int got; (got = zip.read(buffer)) > 0; ) length += got;
        zip.closeEntry();
        System.out.println(entry.getName() + " " + length + " " + Long.toHexString(entry.getCrc()));
      }
    }
  }
}
