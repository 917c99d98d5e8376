import groovy.json.JsonSlurper

assert !new File(basedir, 'target/multiarch').exists()
assert !new File(basedir, 'library/target/multiarch').exists()
def service = new JsonSlurper().parse(new File(basedir, 'service/target/multiarch/image.json'))
assert service.published
assert service.references[0].endsWith('/service:1.0-SNAPSHOT')
def layout = new File(basedir, 'service/target/images/service/blobs/sha256')
def read = { String digest -> new JsonSlurper().parse(new File(layout, digest.substring(7))) }
def config = read(read(service.platforms[0].digest).config.digest)
assert config.history*.comment == ['project dependencies', 'classes']
assert config.config.Entrypoint[2] == '/app/classes:/app/libs/library-1.0-SNAPSHOT.jar'
