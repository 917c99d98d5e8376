import groovy.json.JsonSlurper
import java.util.zip.GZIPInputStream

def blob = { String digest -> new File(basedir, 'target/multiarch/oci/blobs/sha256/' + digest.substring(7)) }
def image = new JsonSlurper().parse(new File(basedir, 'target/multiarch/image.json'))
def manifest = new JsonSlurper().parse(blob(image.platforms[0].digest))
def hasDriver = manifest.layers.any { layer ->
  def tar = new GZIPInputStream(new FileInputStream(blob(layer.digest))).withCloseable { it.readAllBytes() }
  new String(tar, 'ISO-8859-1').contains('app/libs/driver.jar')
}
assert hasDriver
def config = new JsonSlurper().parse(blob(manifest.config.digest))
assert config.config.Entrypoint == ['java', '-cp', '/app/classes:/app/libs/driver.jar', 'it.Main']
